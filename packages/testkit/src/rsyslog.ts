import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';
import { type RsyslogPorts, type RsyslogTls, renderRsyslogConfig } from './rsyslog-config.ts';
import { createMessageReader, type RsyslogMessage } from './rsyslog-message.ts';
import { type ServerProcess, type StartServer, startServer } from './server-process.ts';

export type { RsyslogTls } from './rsyslog-config.ts';
export type { RsyslogInput, RsyslogMessage } from './rsyslog-message.ts';

export interface RsyslogOptions {
  /** The longest message that is taken whole; 64 KiB when absent. */
  readonly maxMessageBytes?: number;
  /**
   * Serves RELP as well; an acknowledged message has been written. With `delayable`, `acknowledgeAfter` can be called,
   * and each message costs one turn of a shell program.
   */
  readonly relp?: boolean | 'delayable';
  /** Serves over TLS as well: syslog, and RELP if that is asked for. */
  readonly tls?: RsyslogTls;
  /** The network that it runs in, on an address that is there; 127.0.0.1 of this process's network when absent. */
  readonly network?: RsyslogNetwork;
  /** Where its folder is made; the system's for temporary files when absent. */
  readonly parent?: string;
}

export interface RsyslogNetwork {
  /** Starts a server in that network. */
  readonly start: StartServer;
  /** An IPv4 address. */
  readonly address: string;
}

/** A real rsyslogd that listens on 127.0.0.1, unless told otherwise, and keeps every message; its file outlives `kill` and `restart`. */
export interface Rsyslog {
  readonly pid: number;
  readonly udpPort: number;
  /** Takes both framings of RFC 6587. */
  readonly tcpPort: number;
  /** Syslog over TLS, with both framings; 0 unless `tls` was asked for. */
  readonly tlsPort: number;
  /** RELP; 0 unless `relp` was asked for. */
  readonly relpPort: number;
  /** RELP over TLS; 0 unless `relp` and `tls` were asked for. */
  readonly relpTlsPort: number;
  /** The newest output of rsyslogd: why it turned a client away. */
  output(): string;
  /** Everything received since the first start, in the order it was written. */
  messages(): readonly RsyslogMessage[];
  /** SIGSTOP: the kernel goes on accepting connections and bytes, and nothing is read or answered. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /**
   * Writes RELP messages as ever and acknowledges each at least `ms` later, one after the other, or not until this is
   * called again; 0 is the state at the start. Other RELP sessions wait behind the message that waits.
   * @throws Error unless RELP was asked for as `delayable`
   */
  acknowledgeAfter(ms: number | 'never'): void;
  /** SIGKILL: sessions are reset, nothing is flushed. Its ports refuse until `restart`. */
  kill(): Promise<void>;
  /** An orderly end of the daemon; the messages stay readable until `stop`. Its ports refuse until `restart`. */
  halt(): Promise<void>;
  /** Ends the daemon if it still runs and starts it on the same ports. */
  restart(): Promise<void>;
  /** Ends the daemon and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts rsyslogd in the foreground with a configuration of its own, as root or not.
 * @throws Error naming the remedy when rsyslogd or a module of it is missing, or its newest output when it does not come up
 */
export async function startRsyslog(options: RsyslogOptions = {}): Promise<Rsyslog> {
  const { relp = false, tls } = options;
  const portIf = (wanted: boolean): number | Promise<number> => (wanted ? freePort() : 0);
  const ports: RsyslogPorts = {
    udp: await freePort(),
    tcp: await freePort(),
    tls: await portIf(tls !== undefined),
    relp: await portIf(relp !== false),
    relpTls: await portIf(relp !== false && tls !== undefined),
  };
  const folder = mkdtempSync(join(options.parent ?? tmpdir(), 'wharf-rsyslog-'));
  const messagesFile = join(folder, 'messages.ndjson');
  writeFileSync(messagesFile, '');
  const gate = relp === 'delayable' ? createGate(folder) : undefined;
  const maxMessageBytes = options.maxMessageBytes ?? 64 * 1024;
  const configFile = join(folder, 'rsyslog.conf');
  const network = options.network ?? { start: startServer, address: '127.0.0.1' };
  const { address } = network;
  const facts = { folder, messagesFile, address, ports, maxMessageBytes, tls, gateFile: gate?.file };
  writeFileSync(configFile, renderRsyslogConfig(facts));

  let server: ServerProcess;
  try {
    server = await launch(network, folder, configFile, ports);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }

  return {
    get pid() {
      return server.pid;
    },
    udpPort: ports.udp,
    tcpPort: ports.tcp,
    tlsPort: ports.tls,
    relpPort: ports.relp,
    relpTlsPort: ports.relpTls,
    output: () => server.output(),
    messages: createMessageReader(messagesFile),
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    acknowledgeAfter(ms) {
      if (gate === undefined) throw new Error("startRsyslog was not asked for relp: 'delayable'");
      gate.hold(ms);
    },
    kill: () => server.stop('SIGKILL'),
    halt: () => server.stop(),
    async restart() {
      await server.stop();
      server = await launch(network, folder, configFile, ports);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(
  { start, address }: RsyslogNetwork,
  folder: string,
  configFile: string,
  ports: RsyslogPorts,
): Promise<ServerProcess> {
  const server = await start({
    name: 'rsyslogd',
    command: 'rsyslogd',
    args: ['-n', '-f', configFile, '-i', join(folder, 'rsyslogd.pid')],
    env: { PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
    remedy: 'apt-get install rsyslog',
  });
  const { udp, ...tcpPorts } = ports;
  const isBound = (protocol: 'udp' | 'tcp', port: number): boolean =>
    isBoundIn(`/proc/${server.pid}/net/${protocol}`, protocol, address, port);
  const isListening = (): boolean =>
    isBound('udp', udp) && Object.values(tcpPorts).every((port) => port === 0 || isBound('tcp', port));
  try {
    const started = await eventually('rsyslogd to listen', () => {
      if (!server.running || lacksModule(server.output())) return false;
      if (!isListening()) throw new Error(`not listening: ${server.output()}`);
      return true;
    });
    if (started) return server;
    const remedy = lacksModule(server.output()) ? 'apt-get install rsyslog-relp rsyslog-gnutls: ' : '';
    throw new Error(`rsyslogd does not serve: ${remedy}${server.output()}`);
  } catch (error) {
    await server.stop('SIGKILL');
    throw error;
  }
}

/** rsyslogd goes on without a module that is not there; Debian has those of RELP and TLS in packages of their own. */
function lacksModule(output: string): boolean {
  return output.includes('could not load module');
}

/** Milliseconds between two looks of the gate at what it is told. */
const GATE_STEP_MS = 20;

/**
 * A program for rsyslogd's `omprog`, which writes it a line for each message and waits for its `OK`. It holds that back
 * as a file says; a file that is replaced as a whole is never seen half written.
 */
function createGate(folder: string): { readonly file: string; hold(ms: number | 'never'): void } {
  const [file, holdFile] = [join(folder, 'gate.sh'), join(folder, 'gate-ms')];
  const hold = (ms: number | 'never'): void => {
    writeFileSync(`${holdFile}.new`, `${ms === 'never' ? ms : Math.ceil(ms)}\n`);
    renameSync(`${holdFile}.new`, holdFile);
  };
  hold(0);
  const script = `#!/bin/sh
echo OK
while read -r line; do
  waited=0
  while read -r ms <'${holdFile}' && { [ "$ms" = never ] || [ "$waited" -lt "$ms" ]; } && kill -0 $PPID; do
    sleep ${GATE_STEP_MS / 1000}
    waited=$((waited + ${GATE_STEP_MS}))
  done
  echo OK
done
`;
  writeFileSync(file, script, { mode: 0o700 });
  return { file, hold };
}

/** Asks the kernel's tables of a network, so that looking for readiness leaves no connection and no datagram in rsyslog's file. */
function isBoundIn(table: string, protocol: 'udp' | 'tcp', address: string, port: number): boolean {
  // proc(5): the address as the number that a little-endian machine reads of its bytes.
  const octets = address.split('.').map((octet) => Number(octet).toString(16).toUpperCase().padStart(2, '0'));
  const local = `${octets.toReversed().join('')}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = protocol === 'tcp' ? ' 0A ' : ' ';
  return readFileSync(table, 'utf8')
    .split('\n')
    .some((line) => line.includes(` ${local} 00000000:0000${listening}`));
}
