import { createSocket } from 'node:dgram';
import { decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import { noAnswer, observationOf, PATIENCE_MS, renderObservation } from './observation.ts';

/**
 * A program that asks one DNS server the same question every 20 ms and prints an observation a line:
 * `observe-answers.ts <host> <address> <name> <A|SRV>`. A question is sent once: an answer that is lost is not asked for
 * again, so that every gap shows.
 */
const INTERVAL_MS = 20;
const DNS_PORT = 53;

const [host = '', address = '', name = '', type = 'A'] = process.argv.slice(2);
const socket = createSocket('udp4');
const waiting = new Map<number, { readonly askedAt: number; readonly timer: NodeJS.Timeout }>();
const now = (): number => performance.timeOrigin + performance.now();
const print = (line: string): void => void process.stdout.write(`${line}\n`);

socket.on('message', (bytes) => {
  const id = bytes.length < 2 ? -1 : bytes.readUInt16BE(0);
  const question = waiting.get(id);
  if (question === undefined) return;
  waiting.delete(id);
  clearTimeout(question.timer);
  const { askedAt } = question;
  print(renderObservation(observationOf({ host, askedAt, tookMs: now() - askedAt, type }, decodeDnsReply(bytes))));
});

const ask = (): void => {
  const query = encodeDnsQuery({ name, type });
  const id = query.readUInt16BE(0);
  if (waiting.has(id)) return;
  const askedAt = now();
  const giveUp = (): void => {
    if (!waiting.delete(id)) return;
    print(renderObservation(noAnswer({ host, askedAt, tookMs: now() - askedAt, type })));
  };
  // On a busy machine this program may be late itself: an answer that has come by then is taken before.
  const timer = setTimeout(() => setImmediate(giveUp), PATIENCE_MS);
  waiting.set(id, { askedAt, timer });
  // A host without this address has no dns-server there either: the question goes unanswered.
  socket.send(query, DNS_PORT, address, () => undefined);
};

setInterval(ask, INTERVAL_MS);
