import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** One message as rsyslog's own parser understood it. */
export interface RsyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly hostname: string;
  readonly appName: string;
  /** `-` when the message has none. */
  readonly procid: string;
  readonly msgid: string;
  /** The sender's time, RFC 3339 with the precision that was sent, up to microseconds. */
  readonly timestamp: string;
  readonly structuredData: string;
  /** The text alone; rsyslog leaves the space before it in place when the header is in the old format. */
  readonly msg: string;
  /** What came over the wire, without its framing. */
  readonly rawmsg: string;
  /** The same with TLS as without. */
  readonly inputname: RsyslogInput;
}

const inputs = ['imudp', 'imtcp', 'imrelp'] as const;
export type RsyslogInput = (typeof inputs)[number];

/** Property of rsyslog -> key in its file of messages. */
export const rsyslogProperties: Readonly<Record<string, keyof RsyslogMessage>> = {
  syslogfacility: 'facility',
  syslogseverity: 'severity',
  hostname: 'hostname',
  'app-name': 'appName',
  procid: 'procid',
  msgid: 'msgid',
  timereported: 'timestamp',
  'structured-data': 'structuredData',
  msg: 'msg',
  rawmsg: 'rawmsg',
  inputname: 'inputname',
};

const LINE_FEED = 0x0a;

/**
 * Reads what has been written since the last time: tests look often. The last line counts only with its LF, for
 * rsyslogd may be in the middle of writing it.
 */
export function createMessageReader(path: string): () => readonly RsyslogMessage[] {
  const messages: RsyslogMessage[] = [];
  let offset = 0;
  return () => {
    const bytes = readFrom(path, offset);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    for (const line of bytes.toString('utf8', 0, end).split('\n').slice(0, -1))
      messages.push(toMessage(JSON.parse(line)));
    offset += end;
    return [...messages];
  };
}

function readFrom(path: string, offset: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(file);
  }
}

function toMessage(value: unknown): RsyslogMessage {
  if (typeof value !== 'object' || value === null) throw new Error('rsyslogd wrote something that is no object');
  const fields = new Map(Object.entries(value));
  const text = (key: keyof RsyslogMessage): string => String(fields.get(key) ?? '');
  return {
    facility: Number(text('facility')),
    severity: Number(text('severity')),
    hostname: text('hostname'),
    appName: text('appName'),
    procid: text('procid'),
    msgid: text('msgid'),
    timestamp: text('timestamp'),
    structuredData: text('structuredData'),
    msg: text('msg'),
    rawmsg: text('rawmsg'),
    inputname: toInput(text('inputname')),
  };
}

function toInput(name: string): RsyslogInput {
  const input = inputs.find((each) => each === name);
  if (input === undefined) throw new Error(`rsyslogd names an input that it was not given: ${name}`);
  return input;
}
