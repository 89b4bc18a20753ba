import { Socket as UdpSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket as TcpSocket } from 'node:net';
import { createClient, Facility, Severity, Transport } from 'syslog-client';
import { describeError } from './describe-error.ts';
import type { LogRecord } from './log-record.ts';
import type { SyslogTarget } from './syslog-target.ts';

/** A record, and when it was logged. */
export interface SyslogLine extends LogRecord {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

/** A way to a syslog server: opened by the first line, of no use any more once it is lost. */
export interface SyslogConnection {
  /**
   * Sends one line, and the next only when this has resolved: to undefined when the kernel has taken all of it, so that
   * a server that does not read is felt, else to why not.
   */
  send(line: SyslogLine): Promise<string | undefined>;
  readonly isLost: boolean;
  /** Frees the socket at once, whatever it is in the middle of; a line that is being sent resolves to `reason`. */
  close(reason: string): void;
}

/** An idle connection is probed after this time, so that a server that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 15_000;
/** The longest time of a socket: the library calls an idle connection a failed one, and whoever waits has a deadline. */
const NEVER_MS = 2 ** 31 - 1;
/** With the header within the 8 KiB that rsyslog takes of a message unless told otherwise. */
const MAX_TEXT_BYTES = 7_680;

/**
 * Opens nothing yet; the first line does. RFC 5424 with facility `daemon`, over TCP each message ending in a line feed.
 *
 * One client of the library serves one connection: that library leaves its socket open when it is closed while it
 * connects, and after some errors, throws errors that nobody listens for, resolves a name for each datagram and only to
 * IPv4, and has no queue. So errors are always listened for, `address` is an IP address, at most one line is on
 * its way, and the socket is closed here.
 */
export function createSyslogConnection(
  { transport, port }: SyslogTarget,
  address: string,
  hostname: string,
): SyslogConnection {
  const client = createClient(address, {
    transport: transport === 'tcp' ? Transport.Tcp : Transport.Udp,
    port,
    tcpTimeout: NEVER_MS,
    // The library's name for facility 3, `daemon` in RFC 5424.
    facility: Facility.System,
    rfc3164: false,
    syslogHostname: headerField(hostname, 255),
  });
  let socket: TcpSocket | UdpSocket | undefined;
  let lossReason: string | undefined;
  let settle = (_reason: string | undefined): void => undefined;

  const lose = (reason: string): void => {
    if (lossReason !== undefined) return;
    lossReason = reason;
    closeSocket(socket);
    settle(reason);
  };
  client.on('error', (error) => lose(describeError(error)));
  client.on('close', () => lose('the connection was closed'));

  return {
    send({ agent, level, text, timeMs }) {
      if (lossReason !== undefined) return Promise.resolve(lossReason);
      const sent = Promise.withResolvers<string | undefined>();
      settle = sent.resolve;
      const appName = headerField(`wharf-${agent}`, 48);
      const options = { appName, severity: severityOf(level), timestamp: new Date(timeMs) };
      const log = (): void => {
        client.log(cut(text), options, (error) => sent.resolve(error ? describeError(error) : undefined));
      };
      if (socket === undefined) {
        socket = socketMadeBy(log);
        if (lossReason !== undefined) closeSocket(socket);
      } else {
        log();
      }
      return sent.promise;
    },
    get isLost() {
      return lossReason !== undefined;
    },
    close: lose,
  };
}

function severityOf(level: string): Severity {
  if (level === 'error') return Severity.Error;
  if (level === 'warn') return Severity.Warning;
  return level === 'debug' ? Severity.Debug : Severity.Informational;
}

/** Printable ASCII without blanks, `-` for nothing at all (RFC 5424, section 6). */
function headerField(text: string, limit: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, limit) || '-';
}

/** At most the bytes that a message may have, the last character whole. */
function cut(text: string): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MAX_TEXT_BYTES));
  return text.slice(0, read);
}

/** The socket that `action` makes. The library shows it to nobody before it is connected, and then forgets it on errors. */
function socketMadeBy(action: () => void): TcpSocket | UdpSocket | undefined {
  let made: TcpSocket | UdpSocket | undefined;
  const listener = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('socket' in message)) return;
    if (message.socket instanceof TcpSocket || message.socket instanceof UdpSocket) made = message.socket;
  };
  const channels = ['net.client.socket', 'udp.socket'];
  for (const channel of channels) subscribe(channel, listener);
  try {
    action();
  } finally {
    for (const channel of channels) unsubscribe(channel, listener);
  }
  if (made instanceof TcpSocket) {
    made.setKeepAlive(true, KEEP_ALIVE_MS);
    // What a server says is not looked at, but unread it would hide that the server has closed.
    made.resume();
  }
  return made;
}

function closeSocket(socket: TcpSocket | UdpSocket | undefined): void {
  if (socket instanceof TcpSocket) {
    socket.destroy();
    return;
  }
  try {
    socket?.close();
  } catch {
    // It is closed already.
  }
}
