import type { Certificate } from './certificates.ts';
import { rsyslogProperties } from './rsyslog-message.ts';

export interface RsyslogTls {
  /** What the server shows; clients' certificates must be of the authority beside it. */
  readonly certificate: Certificate;
  /**
   * Which clients are let in: all (when absent), those with a certificate that is valid, or those whose certificate has
   * one of these names.
   */
  readonly clients?: 'all' | 'certified' | { readonly names: readonly string[] };
}

/** What one rsyslogd is to do; a port of 0 stands for an input that is not wanted, whose module is not loaded. */
export interface RsyslogFacts {
  readonly folder: string;
  readonly messagesFile: string;
  /** What it listens on. */
  readonly address: string;
  readonly ports: RsyslogPorts;
  readonly maxMessageBytes: number;
  readonly tls: RsyslogTls | undefined;
  /** A program that is told each message that came over RELP, and holds its acknowledgement. */
  readonly gateFile: string | undefined;
}

export interface RsyslogPorts {
  readonly udp: number;
  readonly tcp: number;
  readonly tls: number;
  readonly relp: number;
  readonly relpTls: number;
}

/**
 * The configuration of rsyslogd. Control characters are kept as they came (rsyslog would write `#011` for a tab), names
 * are never looked up, and neither a rate limit nor a full queue of rsyslog's drops anything. What comes over RELP is
 * written before it is acknowledged: with a queue between, rsyslogd would lose acknowledged messages when it is killed.
 */
export function renderRsyslogConfig(facts: RsyslogFacts): string {
  const { ports, maxMessageBytes } = facts;
  const { tcpTls, relpTls } = renderTls(facts.tls);
  const tcp = 'supportOctetCountedFraming="on" rateLimit.interval="0" ruleset="keep"';
  const relp = `maxDataSize="${maxMessageBytes}" ruleset="keepFirst"`;
  const hasRelp = ports.relp !== 0 || ports.relpTls !== 0;
  const write = `action(type="omfile" file="${facts.messagesFile}" template="json" flushOnTXEnd="on")`;
  return `
global(
  workDirectory="${facts.folder}"
  maxMessageSize="${maxMessageBytes}"
  net.enableDNS="off"
  parser.escapeControlCharactersOnReceive="off"
)
main_queue(queue.type="LinkedList" queue.size="1000000" queue.discardMark="0" queue.timeoutEnqueue="60000")
module(load="imudp")
module(load="imtcp" maxSessions="1000" maxFrameSize="${2 * maxMessageBytes}" notifyOnConnectionClose="off")
${hasRelp ? 'module(load="imrelp" tls.tlslib="openssl")' : ''}
${facts.gateFile === undefined ? '' : 'module(load="omprog")'}
${renderTemplate()}
input(type="imudp" address="${facts.address}" port="${ports.udp}" rcvbufSize="4m" rateLimit.interval="0" ruleset="keep")
input(type="imtcp" address="${facts.address}" port="${ports.tcp}" ${tcp})
${ports.tls === 0 ? '' : `input(type="imtcp" address="${facts.address}" port="${ports.tls}" ${tcp} ${tcpTls})`}
${ports.relp === 0 ? '' : `input(type="imrelp" address="${facts.address}" port="${ports.relp}" ${relp})`}
${ports.relpTls === 0 ? '' : `input(type="imrelp" address="${facts.address}" port="${ports.relpTls}" ${relp} ${relpTls})`}
ruleset(name="keep") {
  ${write}
}
ruleset(name="keepFirst" queue.type="Direct") {
  ${write}
  ${facts.gateFile === undefined ? '' : renderGate(facts.gateFile)}
}
`;
}

function renderTemplate(): string {
  const fields = Object.entries(rsyslogProperties).map(([property, key]) => {
    const date = property === 'timereported' ? ' dateFormat="rfc3339"' : '';
    return `  property(name="${property}" outname="${key}" format="jsonf"${date})`;
  });
  return `template(name="json" type="list") {
  constant(value="{")
${fields.join('\n  constant(value=",")\n')}
  constant(value="}\\n")
}`;
}

/**
 * The parameters of an `imtcp` (GnuTLS driver) and of an `imrelp` that serve over TLS. librelp 1.11 does that with
 * OpenSSL: with GnuTLS its `certvalid` lets expired and foreign certificates in, and no mode does without one.
 */
function renderTls(tls: RsyslogTls | undefined): { readonly tcpTls: string; readonly relpTls: string } {
  if (tls === undefined) return { tcpTls: '', relpTls: '' };
  const { certificate, clients = 'all' } = tls;
  const { caFile, certFile, keyFile } = certificate;
  const names = typeof clients === 'object' ? clients.names.map((name) => `"${name}"`).join(', ') : '';
  const mode = typeof clients === 'object' ? 'name' : clients;
  const tcpMode = { all: 'anon', certified: 'x509/certvalid', name: 'x509/name' }[mode];
  const tcpFiles = `streamDriver.caFile="${caFile}" streamDriver.certFile="${certFile}" streamDriver.keyFile="${keyFile}"`;
  const relpMode = { all: '', certified: 'tls.authMode="certvalid"', name: 'tls.authMode="name"' }[mode];
  const relpFiles = `tls.caCert="${caFile}" tls.myCert="${certFile}" tls.myPrivKey="${keyFile}"`;
  return {
    tcpTls: `streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="${tcpMode}" ${tcpFiles}
  ${names === '' ? '' : `permittedPeer=[${names}]`}`,
    relpTls: `tls="on" ${relpMode} ${relpFiles} ${names === '' ? '' : `tls.permittedPeer=[${names}]`}`,
  };
}

function renderGate(gateFile: string): string {
  return `action(type="omprog" binary="${gateFile}" template="json" confirmMessages="on" confirmTimeout="600000" signalOnClose="on")`;
}
