import { isIP } from 'node:net';
import { type HostPort, parseHostPort, renderHostPort } from './address-types.ts';
import type { OptionType } from './option-type.ts';
import { failure, type Result, success } from './result.ts';

/** A syslog server for the agent's own log lines. */
export interface SyslogTarget extends HostPort {
  readonly transport: 'udp' | 'tcp';
}

/** RFC 5426, section 3.3; over TCP it is what servers listen on by habit (RFC 6587). */
const DEFAULT_PORT = 514;
const DEFAULT_HOST = '127.0.0.1';
const TRANSPORTS: ReadonlyMap<string, SyslogTarget['transport']> = new Map([
  ['syslog', 'udp'],
  ['syslog+udp', 'udp'],
  ['syslog+tcp', 'tcp'],
]);

/** Parses `syslog://[host][:port]`: UDP unless it begins with `syslog+tcp://`, port 514 of this host unless told otherwise. */
export function parseSyslogTarget(text: string): Result<SyslogTarget, string> {
  const known = [...TRANSPORTS.keys()].map((scheme) => `${scheme}://[host][:port]`).join(', ');
  const [scheme, place] = splitOnce(text, '://');
  const transport = TRANSPORTS.get(scheme.toLowerCase());
  if (transport === undefined || place === undefined) return failure(`is none of ${known}`);
  if (place.includes('@')) return failure('has a user or a password, which syslog has no use for');
  const address = place === '' ? success({ host: '', port: DEFAULT_PORT }) : parseHostPort(place, DEFAULT_PORT);
  if (!address.ok || !isHost(address.value.host)) return failure(`is none of ${known}`);
  const { host, port } = address.value;
  if (port === 0) return failure('has port 0, which nothing listens on');
  return success({ transport, host: host === '' ? DEFAULT_HOST : host, port });
}

/** Where the agent's log goes besides standard error. */
export function syslogTarget(): OptionType<SyslogTarget> {
  return { placeholder: 'URI', parse: parseSyslogTarget, render: renderSyslogTarget };
}

/** Writes a target as `syslog+udp://host:port`. */
export function renderSyslogTarget(target: SyslogTarget): string {
  return `syslog+${target.transport}://${renderHostPort(target)}`;
}

function isHost(host: string): boolean {
  return host === '' || isIP(host) !== 0 || /^[\w.-]{1,253}$/.test(host);
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
