import { type Certificates, type Rsyslog, startFaultyProxy, startRsyslog } from '@wharf/testkit';
import type { Carrier } from './carrier.ts';
import { type Fault, linkFaults } from './fault.ts';
import { heldByKernel } from './held-by-kernel.ts';
import { type Line, toMicroseconds } from './line.ts';

export type SyslogCarrierName = 'udp' | 'tcp' | 'tls' | 'relp' | 'relps';

/** A rsyslogd of its own behind a link of its own; UDP has no link that could be cut. */
export async function startSyslogCarrier(
  name: SyslogCarrierName,
  { server: certificate }: Certificates,
): Promise<Carrier> {
  const isRelp = name === 'relp' || name === 'relps';
  const isTls = name === 'tls' || name === 'relps';
  const rsyslog = await startRsyslog({ relp: isRelp, ...(isTls ? { tls: { certificate } } : {}) });
  const { udpPort, tcpPort, tlsPort, relpPort, relpTlsPort } = rsyslog;
  const port = { udp: udpPort, tcp: tcpPort, tls: tlsPort, relp: relpPort, relps: relpTlsPort }[name];
  const adapter = isRelp ? name : `syslog+${name}`;
  const arrived = createArrivals(rsyslog);
  if (name === 'udp') {
    const uri = `${adapter}://127.0.0.1:${port}?`;
    const faults = serverFaults(rsyslog);
    return { name, uri, knows: 'none', arrived, setbacks: 0, faults, held: () => 0, stop: () => rsyslog.stop() };
  }
  const link = await startFaultyProxy({ port });
  const options = isTls ? `?tls.ca=${certificate.caFile}&` : '?';
  return {
    name,
    uri: `${adapter}://127.0.0.1:${link.port}${options}`,
    knows: isRelp ? 'acknowledged' : 'accepted',
    arrived,
    get setbacks() {
      return link.accepted;
    },
    faults: [...serverFaults(rsyslog), ...linkFaults(link)],
    held: () => heldByKernel(link.port) + heldByKernel(port),
    async stop() {
      await link.close();
      await rsyslog.stop();
    },
  };
}

function serverFaults(rsyslog: Rsyslog): readonly Fault[] {
  return [
    { name: 'rsyslogd killed', begin: () => rsyslog.kill(), end: () => rsyslog.restart() },
    { name: 'rsyslogd stopped', begin: () => rsyslog.halt(), end: () => rsyslog.restart() },
    { name: 'rsyslogd paused', begin: () => rsyslog.pause(), end: () => rsyslog.resume() },
  ];
}

/** RFC 5424 as the shipper writes it; the text is taken from the bytes that came, not from what rsyslog makes of them. */
const MESSAGE = /^<(14|11)>1 (\S+) \S+ (\S+) \S+ - - (.*)$/s;

function createArrivals(rsyslog: Rsyslog): () => readonly Line[] {
  const lines: Line[] = [];
  return () => {
    for (const { rawmsg } of rsyslog.messages().slice(lines.length)) lines.push(toLine(rawmsg));
    return lines;
  };
}

/** What is no message of the shipper's is a line that no container has printed. */
function toLine(rawmsg: string): Line {
  const [, priority, time = '', container = '', text = rawmsg] = MESSAGE.exec(rawmsg) ?? [];
  return { container, source: priority === '11' ? 'stderr' : 'stdout', time: toMicroseconds(time), text };
}
