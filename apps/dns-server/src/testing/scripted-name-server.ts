import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { HostPort } from '@wharf/agent';
import {
  decodeRequest,
  encodeMessage,
  type Message,
  parseZoneText,
  type ReplyFields,
  type ResourceRecord,
  replyTo,
} from '@wharf/dns-wire';
import { freePort } from '@wharf/testkit';
import { createFrameReader, frame } from '../io/frame-reader.ts';

/** What is sent back to one query: packets in their order, over UDP perhaps from another port than was asked. */
export type Sent = Buffer | { readonly packet: Buffer; readonly isFromElsewhere: true };

/** Decides what is sent back; a promise holds it up. Nothing at all is silence. */
export type Script = (query: Message) => readonly Sent[] | Promise<readonly Sent[]>;

export interface ReceivedQuery {
  readonly transport: 'udp' | 'tcp';
  readonly query: Message;
  readonly clientPort: number;
}

/** A name server on 127.0.0.1 that says what it is told to, over real sockets. */
export interface ScriptedNameServer {
  readonly address: HostPort;
  /** Every query that came, in order. */
  readonly queries: readonly ReceivedQuery[];
  close(): Promise<void>;
}

export const silence: Script = () => [];

/** A proper answer with these records, in zone-file text. */
export function reply(text: string, fields: ReplyFields = {}): Script {
  return (query) => [packetOf(replyTo(query, { ...fields, answers: recordsOf(text) }))];
}

/** An answer changed in any way that messages can express. */
export function changed(text: string, change: (answer: Message) => Message): Script {
  return (query) => [packetOf(change(replyTo(query, { answers: recordsOf(text) })))];
}

export function recordsOf(text: string): readonly ResourceRecord[] {
  const records = parseZoneText(text);
  if (!records.ok) throw new Error(JSON.stringify(records.error));
  return records.value;
}

export function packetOf(message: Message): Buffer {
  const encoded = encodeMessage(message);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value;
}

/** Starts one; over TCP it is silent unless told otherwise. */
export async function startScriptedNameServer(udp: Script, tcp: Script = silence): Promise<ScriptedNameServer> {
  const port = await freePort();
  const queries: ReceivedQuery[] = [];
  const run = async (
    script: Script,
    received: Omit<ReceivedQuery, 'query'> & { readonly bytes: Buffer },
    send: (sent: Sent) => void,
  ): Promise<void> => {
    const { bytes, transport, clientPort } = received;
    const query = decodeRequest(bytes);
    if (!query.ok) throw new Error(query.error.message);
    queries.push({ transport, query: query.value, clientPort });
    for (const sent of await script(query.value)) send(sent);
  };

  const udpSocket = createSocket('udp4');
  const elsewhere = createSocket('udp4');
  udpSocket.on('message', (bytes, { port: clientPort, address }) => {
    void run(udp, { transport: 'udp', bytes, clientPort }, (sent) => {
      if (Buffer.isBuffer(sent)) udpSocket.send(sent, clientPort, address);
      else elsewhere.send(sent.packet, clientPort, address);
    });
  });
  udpSocket.bind(port, '127.0.0.1');
  elsewhere.bind(0, '127.0.0.1');

  const connections = new Set<Socket>();
  const tcpServer = createServer((socket) => {
    connections.add(socket);
    const reader = createFrameReader();
    socket.on('error', () => undefined);
    socket.on('close', () => connections.delete(socket));
    socket.on('data', (chunk) => {
      reader.push(chunk);
      const bytes = reader.next();
      if (bytes === undefined) return;
      void run(tcp, { transport: 'tcp', bytes, clientPort: socket.remotePort ?? 0 }, (sent) => {
        if (Buffer.isBuffer(sent)) socket.write(frame(sent));
      });
    });
  });
  tcpServer.listen(port, '127.0.0.1');
  await Promise.all([once(udpSocket, 'listening'), once(elsewhere, 'listening'), once(tcpServer, 'listening')]);

  return {
    address: { host: '127.0.0.1', port },
    queries,
    async close() {
      const closed = Promise.all([once(udpSocket, 'close'), once(elsewhere, 'close'), once(tcpServer, 'close')]);
      udpSocket.close();
      elsewhere.close();
      tcpServer.close();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}
