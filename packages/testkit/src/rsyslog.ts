import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startServer } from './server-process.ts';

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
  readonly inputname: 'imudp' | 'imtcp';
}

export interface RsyslogOptions {
  /** The longest message that is taken whole; 64 KiB when absent. */
  readonly maxMessageBytes?: number;
}

/** A real rsyslogd that listens on 127.0.0.1 and keeps every message; its file outlives `kill` and `restart`. */
export interface Rsyslog {
  readonly udpPort: number;
  /** Takes both framings of RFC 6587. */
  readonly tcpPort: number;
  /** Everything received since the first start, in the order it was written. */
  messages(): readonly RsyslogMessage[];
  /** SIGKILL: sessions are reset, nothing is flushed. */
  kill(): Promise<void>;
  /** An orderly end of the daemon; the messages stay readable until `stop`. */
  halt(): Promise<void>;
  /** Ends the daemon if it still runs and starts it on the same ports. */
  restart(): Promise<void>;
  /** Ends the daemon and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts rsyslogd in the foreground with a configuration of its own, as root or not.
 * @throws Error naming the remedy when rsyslogd is missing, or its newest output when it does not come up
 */
export async function startRsyslog(options: RsyslogOptions = {}): Promise<Rsyslog> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-rsyslog-'));
  const [udpPort, tcpPort] = [await freePort(), await freePort()];
  const configFile = join(folder, 'rsyslog.conf');
  const messagesFile = join(folder, 'messages.ndjson');
  writeFileSync(messagesFile, '');
  writeFileSync(
    configFile,
    renderConfig({ folder, messagesFile, udpPort, tcpPort, maxMessageBytes: options.maxMessageBytes ?? 64 * 1024 }),
  );

  const launch = async (): Promise<ServerProcess> => {
    const server = await startServer({
      name: 'rsyslogd',
      command: 'rsyslogd',
      args: ['-n', '-f', configFile, '-i', join(folder, 'rsyslogd.pid')],
      env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
      remedy: 'apt-get install rsyslog',
    });
    try {
      await eventually('rsyslogd to listen', () => {
        if (!server.running) throw new Error(`rsyslogd has ended: ${server.output()}`);
        if (!isBound('udp', udpPort) || !isBound('tcp', tcpPort)) throw new Error(`not listening: ${server.output()}`);
      });
    } catch (error) {
      await server.stop('SIGKILL');
      throw error;
    }
    return server;
  };
  let server: ServerProcess;
  try {
    server = await launch();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    udpPort,
    tcpPort,
    messages: createMessageReader(messagesFile),
    kill: () => server.stop('SIGKILL'),
    halt: () => server.stop(),
    async restart() {
      await server.stop();
      server = await launch();
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ConfigFacts {
  readonly folder: string;
  readonly messagesFile: string;
  readonly udpPort: number;
  readonly tcpPort: number;
  readonly maxMessageBytes: number;
}

/** Property of rsyslog -> key in `messages.ndjson`. */
const properties: Readonly<Record<string, keyof RsyslogMessage>> = {
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

/**
 * Control characters are kept as they came (rsyslog would write `#011` for a tab), names are never looked up, and
 * neither a rate limit nor a full queue of rsyslog's drops anything.
 */
function renderConfig(facts: ConfigFacts): string {
  const fields = Object.entries(properties).map(([property, key]) => {
    const date = property === 'timereported' ? ' dateFormat="rfc3339"' : '';
    return `  property(name="${property}" outname="${key}" format="jsonf"${date})`;
  });
  return `
global(
  workDirectory="${facts.folder}"
  maxMessageSize="${facts.maxMessageBytes}"
  net.enableDNS="off"
  parser.escapeControlCharactersOnReceive="off"
)
main_queue(queue.type="LinkedList" queue.size="1000000" queue.discardMark="0" queue.timeoutEnqueue="60000")
module(load="imudp")
module(load="imtcp" maxSessions="1000" maxFrameSize="${2 * facts.maxMessageBytes}" notifyOnConnectionClose="off")
template(name="json" type="list") {
  constant(value="{")
${fields.join('\n  constant(value=",")\n')}
  constant(value="}\\n")
}
input(type="imudp" address="127.0.0.1" port="${facts.udpPort}" rcvbufSize="4m" rateLimit.interval="0" ruleset="keep")
input(type="imtcp" address="127.0.0.1" port="${facts.tcpPort}" supportOctetCountedFraming="on" rateLimit.interval="0" ruleset="keep")
ruleset(name="keep") {
  action(type="omfile" file="${facts.messagesFile}" template="json" flushOnTXEnd="on")
}
`;
}

const LINE_FEED = 0x0a;

/**
 * Reads what has been written since the last time: tests look often. The last line counts only with its LF, for
 * rsyslogd may be in the middle of writing it.
 */
function createMessageReader(path: string): () => readonly RsyslogMessage[] {
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
    inputname: text('inputname') === 'imudp' ? 'imudp' : 'imtcp',
  };
}

/** Asks the kernel's tables, so that looking for readiness leaves no connection and no datagram in rsyslog's file. */
function isBound(protocol: 'udp' | 'tcp', port: number): boolean {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = protocol === 'tcp' ? ' 0A ' : ' ';
  return readFileSync(`/proc/net/${protocol}`, 'utf8')
    .split('\n')
    .some((line) => line.includes(` ${local} 00000000:0000${listening}`));
}
