import { createSocket } from 'node:dgram';
import { createConnection, isIPv6 } from 'node:net';
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type OptAnswer,
  type Packet,
  type RecordType,
} from 'dns-packet';
import { renderAnswerLine } from './dns-text.ts';

export interface DnsServerAddress {
  readonly port: number;
  /** An IP address; 127.0.0.1 when absent. */
  readonly host?: string;
  /** UDP when absent. */
  readonly transport?: 'udp' | 'tcp';
  /** Milliseconds to wait for the reply; 5 s when absent. */
  readonly timeoutMs?: number;
}

/** An option of EDNS (RFC 6891, section 6.1.2). */
export interface DnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

export interface DnsQuery extends DnsServerAddress {
  /** With or without the dot at the end; labels are what stands between the dots. */
  readonly name: string;
  /** A mnemonic that dns-packet knows, or `UNKNOWN_65`. */
  readonly type: string;
  /** `IN` when absent. */
  readonly class?: 'IN' | 'CH' | 'HS' | 'ANY';
  /** Present: the query carries an OPT record. */
  readonly edns?: {
    readonly udpPayloadSize?: number;
    readonly version?: number;
    readonly options?: readonly DnsOption[];
  };
  readonly recursionDesired?: boolean;
}

/** A reply as an independent decoder sees it. */
export interface DnsReply {
  readonly packet: DecodedPacket;
  readonly bytes: Buffer;
  /** `NOERROR`, `NXDOMAIN` and so on, the upper bits of EDNS included. */
  readonly rcode: string;
  /** The answer section in lines like dig's, in the order of the packet; `authorities` and `additionals` alike. */
  readonly texts: readonly string[];
  readonly authorities: readonly string[];
  /** Without the OPT record. */
  readonly additionals: readonly string[];
  /** What the reply's OPT record says; absent without one. */
  readonly edns?: {
    readonly udpPayloadSize: number;
    readonly version: number;
    readonly extendedErrors: readonly number[];
    /** All of them, the extended errors too. */
    readonly options: readonly DnsOption[];
  };
}

const DEFAULT_TIMEOUT_MS = 5_000;

/** IANA, "DNS RCODEs". */
const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  16: 'BADVERS',
};

/** RFC 8914, section 2. */
const EXTENDED_ERROR_OPTION = 15;

/**
 * Asks one question over a real socket. It shares no code with the servers of this workspace, so that a mistake in
 * their encoder is not mirrored in the decoder that tests them.
 * @throws Error when nobody listens, the time is up, the connection is closed or the reply does not decode
 */
export async function queryDns(query: DnsQuery): Promise<DnsReply> {
  return decodeDnsReply(await exchangeDns(query, encodeDnsQuery(query)));
}

/** The bytes of a query, with a random ID: for tests that send several over one connection or bend them first. */
export function encodeDnsQuery(query: Pick<DnsQuery, 'name' | 'type' | 'class' | 'edns' | 'recursionDesired'>): Buffer {
  if (!isRecordType(query.type)) throw new Error(`${query.type} is not the mnemonic of a record type`);
  const packet: Packet = {
    type: 'query',
    id: Math.floor(Math.random() * 0x1_0000),
    flags: query.recursionDesired === true ? 0x0100 : 0,
    questions: [{ name: query.name, type: query.type, class: query.class ?? 'IN' }],
  };
  if (query.edns !== undefined) {
    const { udpPayloadSize = 1232, version = 0 } = query.edns;
    packet.additionals = [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize,
        extendedRcode: 0,
        ednsVersion: version,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ];
  }
  return withOptions(encode(packet), query.edns?.options ?? []);
}

/** Adds options to the OPT record at the end of a query: dns-packet's declarations do not have those of any code. */
function withOptions(query: Buffer, options: readonly DnsOption[]): Buffer {
  if (options.length === 0) return query;
  const added = Buffer.concat(
    options.map(({ code, data }) => {
      const head = Buffer.alloc(4);
      head.writeUInt16BE(code, 0);
      head.writeUInt16BE(data.length, 2);
      return Buffer.concat([head, data]);
    }),
  );
  query.writeUInt16BE(added.length, query.length - 2);
  return Buffer.concat([query, added]);
}

/**
 * Decodes a reply.
 * @throws Error when it is not a whole DNS message
 */
export function decodeDnsReply(bytes: Buffer): DnsReply {
  const packet = decode(bytes);
  if (decode.bytes !== bytes.length) throw new Error(`${bytes.length - decode.bytes} bytes follow the DNS message`);
  const opt = packet.additionals?.find((answer) => answer.type === 'OPT');
  const rcode = (bytes.readUInt16BE(2) & 0xf) | ((opt?.extendedRcode ?? 0) << 4);
  return {
    packet,
    bytes,
    rcode: RCODES[rcode] ?? `RCODE${rcode}`,
    texts: lines(packet.answers),
    authorities: lines(packet.authorities),
    additionals: lines(packet.additionals?.filter((answer) => answer.type !== 'OPT')),
    ...(opt === undefined
      ? {}
      : {
          edns: {
            udpPayloadSize: opt.udpPayloadSize,
            version: opt.ednsVersion,
            extendedErrors: extendedErrors(opt),
            options: (opt.options ?? []).map(({ code, data }) => ({ code, data: Buffer.from(data ?? []) })),
          },
        }),
  };
}

/**
 * Sends `bytes` as one message and resolves to the first message with the same ID that comes back, whatever it holds.
 * @throws Error when nobody listens, the time is up or the connection is closed
 */
export function exchangeDns(server: DnsServerAddress, bytes: Buffer): Promise<Buffer> {
  return server.transport === 'tcp' ? exchangeTcp(server, bytes) : exchangeUdp(server, bytes);
}

function exchangeUdp(server: DnsServerAddress, bytes: Buffer): Promise<Buffer> {
  const { port, host = '127.0.0.1', timeoutMs = DEFAULT_TIMEOUT_MS } = server;
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const timer = setTimeout(() => finish(() => reject(noReply('udp', host, port, timeoutMs))), timeoutMs);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    socket.once('error', (error) => finish(() => reject(error)));
    socket.on('message', (reply) => {
      if (reply.length >= 2 && reply.readUInt16BE(0) === bytes.readUInt16BE(0)) finish(() => resolve(reply));
    });
    socket.connect(port, host, () => socket.send(bytes));
  });
}

function exchangeTcp(server: DnsServerAddress, bytes: Buffer): Promise<Buffer> {
  const { port, host = '127.0.0.1', timeoutMs = DEFAULT_TIMEOUT_MS } = server;
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host });
    const timer = setTimeout(() => finish(() => reject(noReply('tcp', host, port, timeoutMs))), timeoutMs);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      settle();
    };
    let received: Buffer = Buffer.alloc(0);
    socket.once('error', (error) => finish(() => reject(error)));
    socket.once('end', () => finish(() => reject(new Error(`tcp ${host} port ${port} closed without a reply`))));
    socket.on('data', (chunk) => {
      const { messages, rest } = splitFrames(Buffer.concat([received, chunk]));
      received = rest;
      const reply = messages.find((message) => message.readUInt16BE(0) === bytes.readUInt16BE(0));
      if (reply !== undefined) finish(() => resolve(reply));
    });
    socket.write(frameDns(bytes));
  });
}

/** A message with its length in front, as DNS over TCP sends it (RFC 1035, section 4.2.2). */
export function frameDns(message: Buffer): Buffer {
  const framed = Buffer.alloc(2 + message.length);
  framed.writeUInt16BE(message.length, 0);
  message.copy(framed, 2);
  return framed;
}

/** The whole messages of a TCP byte stream, and the bytes that are left of an unfinished one. */
export function splitFrames(stream: Buffer): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = [];
  let offset = 0;
  while (stream.length >= offset + 2) {
    const end = offset + 2 + stream.readUInt16BE(offset);
    if (stream.length < end) break;
    messages.push(stream.subarray(offset + 2, end));
    offset = end;
  }
  return { messages, rest: stream.subarray(offset) };
}

function extendedErrors(opt: OptAnswer): number[] {
  return opt.options.flatMap(({ code, data }: { code: number; data?: Buffer | undefined }) =>
    code === EXTENDED_ERROR_OPTION && data !== undefined && data.length >= 2 ? [data.readUInt16BE(0)] : [],
  );
}

/** What dns-packet takes as a type: its declarations leave out `ANY` and `UNKNOWN_65`. */
function isRecordType(type: string): type is RecordType {
  return /^[A-Z][A-Z0-9_]*$/.test(type);
}

function lines(answers: readonly Answer[] | undefined): string[] {
  return (answers ?? []).map(renderAnswerLine);
}

function noReply(transport: string, host: string, port: number, timeoutMs: number): Error {
  return new Error(`no reply over ${transport} from ${host} port ${port} within ${timeoutMs} ms`);
}
