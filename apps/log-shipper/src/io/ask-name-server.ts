import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createConnection, isIPv6 } from 'node:net';
import { type HostPort, NameError } from '@wharf/agent';
import { decodeMessage, encodeMessage, type Message, plainQuery, type Question, sameName } from '@wharf/dns-wire';

/** As long as the resolver of addresses waits. */
const TIMEOUT_MS = 2_000;
const HEADER_OCTETS = 2;

/**
 * The answer of a name server, whatever it says: asked for over UDP, and over TCP when it is too long for that. It is
 * asked without EDNS, which no server fails to understand.
 * @throws NameError when there is none
 */
export async function askNameServer(server: HostPort, question: Question, signal: AbortSignal): Promise<Message> {
  const query = plainQuery(randomInt(0x1_0000), question);
  const packet = encodeMessage(query);
  if (!packet.ok) throw new NameError('not-found', undefined, { cause: packet.error.message });
  const read = (bytes: Buffer): Message | undefined => {
    const answer = decodeMessage(bytes);
    return answer.ok && isAnswerTo(answer.value, query) ? answer.value : undefined;
  };
  const limited = (): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const overUdp = await exchangeOverUdp(server, packet.value, read, limited());
  return overUdp.truncated ? await exchangeOverTcp(server, packet.value, read, limited()) : overUdp;
}

function isAnswerTo({ id, response, questions: [question] }: Message, query: Message): boolean {
  const [asked] = query.questions;
  if (!response || id !== query.id || question === undefined || asked === undefined) return false;
  return question.type === asked.type && sameName(question.name, asked.name);
}

type Read = (bytes: Buffer) => Message | undefined;

/** From a port drawn by chance, connected, so that only the server is heard (RFC 5452, section 9.2). */
function exchangeOverUdp({ host, port }: HostPort, packet: Buffer, read: Read, signal: AbortSignal): Promise<Message> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return settle(
    signal,
    () => socket.close(),
    (resolve, reject) => {
      let isConnected = false;
      socket.on('error', reject);
      socket.on('message', (bytes) => {
        const answer = isConnected ? read(bytes) : undefined;
        if (answer !== undefined) resolve(answer);
      });
      socket.connect(port, host, () => {
        isConnected = true;
        socket.send(packet, (error) => {
          if (error !== null) reject(error);
        });
      });
    },
  );
}

function exchangeOverTcp({ host, port }: HostPort, packet: Buffer, read: Read, signal: AbortSignal): Promise<Message> {
  const socket = createConnection({ host, port });
  return settle(
    signal,
    () => socket.destroy(),
    (resolve, reject) => {
      let received: Buffer = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('connection closed by the name server')));
      socket.on('data', (bytes) => {
        received = Buffer.concat([received, bytes]);
        const octets = received.length < HEADER_OCTETS ? undefined : received.readUInt16BE();
        if (octets === undefined || received.length < HEADER_OCTETS + octets) return;
        const answer = read(received.subarray(HEADER_OCTETS, HEADER_OCTETS + octets));
        if (answer === undefined) reject(new Error('not an answer'));
        else resolve(answer);
      });
      const length = Buffer.alloc(HEADER_OCTETS);
      length.writeUInt16BE(packet.length);
      socket.write(Buffer.concat([length, packet]));
    },
  );
}

/** What `begin` comes to, or a NameError, also when `signal` aborts first; the socket is closed by then. */
async function settle(
  signal: AbortSignal,
  close: () => void,
  begin: (resolve: (answer: Message) => void, reject: (error: Error) => void) => void,
): Promise<Message> {
  const settled = Promise.withResolvers<Message>();
  const abort = (): void => settled.reject(new Error('no answer'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  begin(settled.resolve, settled.reject);
  try {
    return await settled.promise;
  } catch (error) {
    throw new NameError('unanswered', undefined, { cause: error });
  } finally {
    signal.removeEventListener('abort', abort);
    close();
  }
}
