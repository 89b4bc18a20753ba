import { type HostPort, ipAddressKind, renderHostPort } from '@wharf/agent';
import type { Labels, Result } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { isWithin, nameIdentity } from '../records/names.ts';

/** Zones whose questions go to servers of their own, by `nameIdentity` of the zone; each has at least one server. */
export type StubZones = ReadonlyMap<string, readonly HostPort[]>;

const DNS_PORT = 53;
const MAX_PORT = 65_535;
/** Most servers of one zone that are used. */
const MAX_SERVERS = 16;

/** A record below `stub.dns.<domain>` that names no server. */
export interface RejectedStub {
  readonly key: string;
  /** Continues a sentence that names the key. */
  readonly reason: string;
}

export interface StubZonesRead {
  readonly zones: StubZones;
  readonly rejected: readonly RejectedStub[];
}

/** The name below which stub zones are written. */
export function stubZonesName(domain: Labels): Labels {
  return ['stub', 'dns', ...domain];
}

/**
 * Reads stub zones as SkyDNS has them: `<server>.<zone>.stub.dns.<domain>`, where the first label only tells a zone's
 * servers apart, is a record whose host is an IP address and whose port is 53 when it says none. In etcd:
 * `/skydns/local/skydns/dns/stub/org/example/ns1` with `{"host":"10.0.0.53"}` for `example.org`. Records elsewhere are
 * passed over. The domains themselves are answered from records, never asked about.
 * @param domains everything that is answered here
 */
export function readStubZones(
  records: Iterable<IndexedRecord>,
  domain: Labels,
  domains: readonly Labels[] = [domain],
): StubZonesRead {
  const top = stubZonesName(domain);
  const zones = new Map<string, HostPort[]>();
  const rejected: RejectedStub[] = [];
  for (const record of records) {
    if (!isWithin(record.name, top)) continue;
    const [, ...zone] = record.name.slice(0, -top.length);
    const problem = zoneProblem(zone, domains);
    const server: Result<HostPort, string> = problem === undefined ? serverOf(record) : { ok: false, error: problem };
    if (server.ok) addServer(zones, nameIdentity(zone), server.value);
    else rejected.push({ key: record.key, reason: server.error });
  }
  return { zones, rejected };
}

function zoneProblem(zone: Labels, domains: readonly Labels[]): string | undefined {
  if (zone.length === 0) return 'its name lacks a zone, or a label before the zone';
  const isServed = domains.some((domain) => nameIdentity(zone) === nameIdentity(domain));
  return isServed ? 'its zone is a domain that is answered here' : undefined;
}

function serverOf({ host, service }: IndexedRecord): Result<HostPort, string> {
  if (host === undefined || host.type === 'name') return { ok: false, error: 'its host is no IP address' };
  const kind = ipAddressKind(host.address);
  if (kind === 'unspecified' || kind === 'multicast' || kind === 'broadcast') {
    return { ok: false, error: 'its host is an address that no server has' };
  }
  const port = service.port ?? 0;
  if (port > MAX_PORT) return { ok: false, error: `its port is over ${MAX_PORT}` };
  return { ok: true, value: { host: host.address, port: port === 0 ? DNS_PORT : port } };
}

function addServer(zones: Map<string, HostPort[]>, zone: string, server: HostPort): void {
  const servers = zones.get(zone) ?? [];
  zones.set(zone, servers);
  const isKnown = servers.some((other) => renderHostPort(other) === renderHostPort(server));
  if (!isKnown && servers.length < MAX_SERVERS) servers.push(server);
}
