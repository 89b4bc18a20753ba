import { type HostPort, type Ipv4Network, ipAddressKind } from '@wharf/agent';
import { DEFAULT_PATH_PREFIX, type Labels } from '@wharf/record-schema';
import type { AnswerPolicy } from './answer/context.ts';
import type { ServerIdentity } from './answer/own-names.ts';
import type { Zone } from './answer/zone.ts';
import type { UdpIoChoice } from './io/start-udp.ts';
import type { Host } from './records/host.ts';
import type { Matching } from './records/matching.ts';
import type { ForwardConfig } from './upstream/forward-settings.ts';

/** Where the last known records are kept for a start without the store. */
export interface SnapshotConfig {
  readonly file: string;
  /** A snapshot whose records were current longer ago is not answered from. */
  readonly maxAgeMs: number;
}

/** What the options of EDNS are answered with. */
export interface EdnsConfig {
  /** Whether clients get cookies (RFC 7873). */
  readonly cookies: boolean;
  /** How this server is told from others at its address (RFC 5001); undefined: it does not say. */
  readonly nsid: string | undefined;
}

/** How questions are answered. It may be another from one question to the next. */
export interface AnswerConfig {
  /** At least one. */
  readonly domains: readonly Labels[];
  /** The mailbox of the SOA records, as a name; `hostmaster` in the domain when absent. */
  readonly hostmaster: Labels | undefined;
  /** What `local.dns.<domain>` answers with; the address that is listened on when absent. A name is one in a domain. */
  readonly local: Host | undefined;
  readonly policy: AnswerPolicy;
  /** Whether each reply begins somewhere else in a set of equal records. */
  readonly roundRobin: boolean;
  /** Which records a name answers with. */
  readonly matching: Matching;
  /** Whether records whose first label is `*` answer for names that do not exist (RFC 4592). */
  readonly wildcards: boolean;
  /** Whether the addresses of records answer for reverse names (PTR) that are not stored. */
  readonly autoPtr: boolean;
  /** Whether clients are told which server this is (class CH). */
  readonly chaos: boolean;
  readonly edns: EdnsConfig;
  /** How names outside of the domains are answered. */
  readonly forward: ForwardConfig;
}

/** What a DNS server is told besides the store it reads; `dnsServerDefaults` has most of it. */
export interface DnsServerConfig {
  /** UDP and TCP; the host is an IP address, or empty for all addresses. */
  readonly listen: HostPort;
  /** The network of this host's address that is listened on when `listen` has none; undefined: all addresses. */
  readonly listenIn: Ipv4Network | undefined;
  /** How datagrams are received and sent. */
  readonly udp: UdpIoChoice;
  /** Threads that answer, 1 at least. */
  readonly workers: number;
  /** Whether other servers of this user that are told so, too, may have the same address (SO_REUSEPORT). */
  readonly reusePort: boolean;
  /** Path of the records in the store. */
  readonly pathPrefix: string;
  /** Whether each query is logged. */
  readonly verbose: boolean;
  /** Undefined: nothing is kept. */
  readonly snapshot: SnapshotConfig | undefined;
  readonly answers: AnswerConfig;
}

/** SkyDNS's defaults. */
export const dnsServerDefaults = {
  listen: { host: '127.0.0.1', port: 53 },
  listenIn: undefined,
  udp: 'auto',
  workers: 1,
  reusePort: false,
  pathPrefix: DEFAULT_PATH_PREFIX,
  verbose: false,
  snapshot: undefined,
  answers: {
    domains: [['skydns', 'local']],
    hostmaster: undefined,
    local: undefined,
    policy: { ttlSeconds: 3_600, minTtlSeconds: 60, priority: 10 },
    roundRobin: true,
    matching: 'subtree',
    wildcards: false,
    autoPtr: false,
    chaos: true,
    edns: { cookies: true, nsid: undefined },
    forward: {
      nameservers: undefined,
      noRec: false,
      ndots: 2,
      rotate: true,
      timeoutMs: 2_000,
      // SkyDNS keeps nothing unless told to.
      cacheEntries: 10_000,
      cacheSeconds: 60,
      stubZones: false,
      clients: 'local',
    },
  },
} as const satisfies DnsServerConfig;

/** The zones that the configuration describes. */
export function zonesOf({ domains, hostmaster }: AnswerConfig): readonly Zone[] {
  return domains.map((domain) => ({ domain, hostmaster: hostmaster ?? ['hostmaster', ...domain] }));
}

/** What the server can say about itself: where it listens is no address when that is all of them. */
export function identityOf(listen: HostPort, local: Host | undefined): ServerIdentity {
  const own = isUnspecified(listen.host) ? [] : [listen.host];
  if (local === undefined) return { addresses: own };
  return local.type === 'name' ? { addresses: own, localTarget: local.name } : { addresses: [local.address] };
}

function isUnspecified(host: string): boolean {
  return host === '' || ipAddressKind(host) === 'unspecified';
}
