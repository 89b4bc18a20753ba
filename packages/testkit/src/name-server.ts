import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import {
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  type Packet,
  type SrvAnswer,
  type StringAnswer,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { freePort } from './ports.ts';

/** How a name server behaves: `normal`, `silent`, answering SERVFAIL, or over UDP with nothing but a truncated header. */
export type NameServerMode = 'normal' | 'silent' | 'failing' | 'truncating';

/** A name server on 127.0.0.1, over UDP and TCP, that has just the records it is given. */
export interface NameServer {
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  /** `name type` of each query, in order: `logs.example A`. */
  readonly queries: readonly string[];
  /** Puts records in the place of all others, a line each: `logs.example 5 A 192.0.2.1`. Types: A, AAAA, CNAME, SRV. */
  set(...lines: readonly string[]): void;
  become(mode: NameServerMode): void;
  close(): Promise<void>;
}

const SERVFAIL = 2;
const NXDOMAIN = 3;

export async function startNameServer(...lines: readonly string[]): Promise<NameServer> {
  const port = await freePort();
  const queries: string[] = [];
  let records = lines.map(parseLine);
  let mode: NameServerMode = 'normal';

  const reply = (bytes: Buffer, isUdp: boolean): Packet | undefined => {
    const { id = 0, questions = [] } = decode(bytes);
    const [question] = questions;
    if (question === undefined || mode === 'silent') return undefined;
    queries.push(`${question.name} ${question.type}`);
    const base = { type: 'response' as const, id, questions };
    if (mode === 'failing') return { ...base, flags: SERVFAIL };
    if (mode === 'truncating' && isUdp) return { ...base, flags: TRUNCATED_RESPONSE };
    const answers = findAnswers(records, question.name, question.type);
    const isKnown = records.some(({ name }) => name.toLowerCase() === question.name.toLowerCase());
    return { ...base, flags: AUTHORITATIVE_ANSWER | (isKnown ? 0 : NXDOMAIN), answers };
  };

  const datagrams = createSocket('udp4');
  datagrams.on('message', (bytes, from) => {
    const packet = reply(bytes, true);
    if (packet !== undefined) datagrams.send(encode(packet), from.port, from.address);
  });
  datagrams.bind(port, '127.0.0.1');
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      const packet = reply(chunk.subarray(2), false);
      if (packet === undefined) return;
      const body = encode(packet);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(body.length);
      socket.write(Buffer.concat([length, body]));
    });
  });
  listener.listen(port, '127.0.0.1');
  await Promise.all([once(datagrams, 'listening'), once(listener, 'listening')]);

  return {
    address: `127.0.0.1:${port}`,
    queries,
    set(...next) {
      records = next.map(parseLine);
    },
    become(next) {
      mode = next;
    },
    async close() {
      const closed = Promise.all([once(datagrams, 'close'), once(listener, 'close')]);
      datagrams.close();
      listener.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

type NamedAnswer = StringAnswer | SrvAnswer;

/** The records of a type, and the alias that leads to them. */
function findAnswers(records: readonly NamedAnswer[], name: string, type: string): NamedAnswer[] {
  const own = records.filter((record) => record.name.toLowerCase() === name.toLowerCase());
  return own.flatMap((record) => {
    if (record.type === type) return [record];
    return record.type === 'CNAME' ? [record, ...findAnswers(records, record.data, type)] : [];
  });
}

function parseLine(line: string): NamedAnswer {
  const [name = '', seconds = '', type = '', ...data] = line.split(/\s+/);
  const base = { name, ttl: Number(seconds) };
  const [first = ''] = data;
  if (type === 'A' || type === 'AAAA' || type === 'CNAME') return { ...base, type, data: first };
  const [priority = 0, weight = 0, port = 0] = data.map(Number);
  const target = data[3];
  if (type !== 'SRV' || target === undefined) throw new Error(`not a record of a kind that is known here: ${line}`);
  return { ...base, type, data: { priority, weight, port, target } };
}
