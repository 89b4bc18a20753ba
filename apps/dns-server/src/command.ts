import {
  type AgentOptions,
  agentOptionsWith,
  type Command,
  choice,
  defineOptions,
  durationMs,
  integer,
  ipv4Network,
  list,
  string,
  toggle,
} from '@wharf/agent';
import { MAX_TTL_SECONDS } from '@wharf/dns-wire';
import { adminAddress } from './admin-address.ts';
import { dnsServerDefaults } from './config.ts';
import {
  listenAddress,
  machine,
  mailbox,
  nameOrAddress,
  nameServer,
  servedDomain,
  serverId,
  storePath,
  urlPath,
} from './option-types.ts';
import { matchings } from './records/matching.ts';

const FIXED_METRIC_NAMES = 'the names of the metrics always begin with wharf_dns_';

const dnsServerOptions = defineOptions({
  addr: {
    flag: 'addr',
    variables: ['SKYDNS_ADDR'],
    type: listenAddress,
    default: dnsServerDefaults.listen,
    summary:
      'Where queries are answered, over UDP and TCP; without an address, as in :53, on all of this host, each reply from the one that was asked.',
    example: '10.0.0.5:53',
  },
  addressIn: {
    flag: 'address-in',
    type: ipv4Network,
    default: dnsServerDefaults.listenIn,
    summary:
      'With an -addr that has no address: listens on the one that this host has in this IPv4 network, that of the default route first, and on no other.',
    example: '10.0.0.0/16',
  },
  udp: {
    flag: 'udp',
    type: choice(['auto', 'batch', 'dgram']),
    default: dnsServerDefaults.udp,
    summary: 'Datagrams for each system call: many (batch), one (dgram), or many where the host can do so (auto).',
  },
  workers: {
    flag: 'workers',
    type: integer({ min: 1, max: 64, unit: 'threads' }),
    default: dnsServerDefaults.workers,
    summary: 'Threads that answer; each has the records in memory, and the system spreads the clients over them.',
  },
  reusePort: {
    flag: 'reuse-port',
    type: toggle(),
    default: dnsServerDefaults.reusePort,
    summary:
      'Lets other servers of the same user that are told so, too, answer at the same address, and listens when the records are known: one takes over from another without a lost question.',
  },
  domains: {
    flag: 'domain',
    variables: ['SKYDNS_DOMAIN'],
    type: list(servedDomain),
    default: dnsServerDefaults.answers.domains,
    summary: 'The domains that are answered for from records.',
    example: 'example.local',
  },
  machines: {
    flag: 'machines',
    variables: ['ETCD_MACHINES'],
    type: list(machine),
    default: [{ scheme: undefined, address: { host: '127.0.0.1', port: 2_379 } }],
    summary: 'The members of the etcd cluster; one that has no scheme is spoken to as the TLS options say.',
    example: 'http://10.0.0.1:2379,http://10.0.0.2:2379',
  },
  tlsKey: {
    flag: 'tls-key',
    variables: ['ETCD_TLSKEY'],
    type: string('file'),
    default: undefined,
    summary: "The key of this server's own certificate for etcd, as PEM.",
    example: '/etc/ssl/etcd/client-key.pem',
  },
  tlsPem: {
    flag: 'tls-pem',
    variables: ['ETCD_TLSPEM'],
    type: string('file'),
    default: undefined,
    summary: "This server's own certificate for etcd, as PEM; goes with its key.",
    example: '/etc/ssl/etcd/client.pem',
  },
  caCert: {
    flag: 'ca-cert',
    variables: ['ETCD_CACERT'],
    type: string('file'),
    default: undefined,
    summary: "The CA that signed etcd's certificate, as PEM; the system's own are used when absent.",
    example: '/etc/ssl/etcd/ca.pem',
  },
  username: {
    flag: 'username',
    variables: ['ETCD_USERNAME'],
    type: string('name'),
    default: undefined,
    summary: 'The user to authenticate to etcd as; goes with the password.',
  },
  password: {
    flag: 'password',
    variables: ['ETCD_PASSWORD'],
    type: string('password'),
    default: undefined,
    secret: true,
    summary: 'Its password; on the command line every process of the host can read it, so prefer the variable.',
  },
  pathPrefix: {
    flag: 'path-prefix',
    variables: ['SKYDNS_PATH_PREFIX'],
    type: storePath,
    default: dnsServerDefaults.pathPrefix,
    summary: 'The path in etcd that the records are under.',
  },
  hostmaster: {
    flag: 'hostmaster',
    type: mailbox,
    default: dnsServerDefaults.answers.hostmaster,
    summary: 'The mailbox that the SOA record names; hostmaster@<domain> when absent.',
    example: 'admin@example.local',
  },
  local: {
    flag: 'local',
    type: nameOrAddress,
    default: dnsServerDefaults.answers.local,
    summary:
      'What local.dns.<domain> answers as: a name that records have, or an IP address; the address of -addr when absent.',
    example: 'node-1.east.example.local',
  },
  ttl: {
    flag: 'ttl',
    type: integer({ min: 1, max: MAX_TTL_SECONDS, unit: 'seconds' }),
    default: dnsServerDefaults.answers.policy.ttlSeconds,
    summary: 'How long clients may keep a record that says no time of its own and has no lease.',
  },
  minTtl: {
    flag: 'min-ttl',
    type: integer({ min: 0, max: MAX_TTL_SECONDS, unit: 'seconds' }),
    default: dnsServerDefaults.answers.policy.minTtlSeconds,
    summary: 'How long clients may remember that there is no such name or record.',
  },
  priority: {
    flag: 'priority',
    type: integer({ min: 0, max: 65_535 }),
    default: dnsServerDefaults.answers.policy.priority,
    summary: 'The SRV priority of records that have none, or 0.',
  },
  roundRobin: {
    flag: 'round-robin',
    type: toggle(),
    default: dnsServerDefaults.answers.roundRobin,
    summary:
      'Begins each reply with any of several equal records, by chance; without it they come in the order of their keys.',
  },
  cookies: {
    flag: 'cookies',
    type: toggle(),
    default: dnsServerDefaults.answers.edns.cookies,
    summary: 'Gives clients that ask for one a cookie (RFC 7873), which shows next time that their address is theirs.',
  },
  cookieSecretFile: {
    flag: 'cookie-secret-file',
    type: string('file'),
    default: undefined,
    summary:
      'The secret of the cookies, 32 hexadecimal digits, for servers that share an address; made at the start when absent.',
    example: '/etc/dns-server/cookie-secret',
  },
  nsid: {
    flag: 'nsid',
    type: serverId,
    default: dnsServerDefaults.answers.edns.nsid,
    summary: 'What is said to clients that ask which server this is (RFC 5001), such as the name of the host.',
    example: 'node-1',
  },
  matching: {
    flag: 'matching',
    type: choice(matchings),
    default: dnsServerDefaults.answers.matching,
    summary:
      'Which records a name answers with: all at and below it (subtree), its own or else those one level below (replicas), or its own alone (exact).',
  },
  wildcards: {
    flag: 'wildcards',
    type: toggle(),
    default: dnsServerDefaults.answers.wildcards,
    summary: 'Lets a record whose first label is * answer for names beside it that do not exist.',
  },
  autoPtr: {
    flag: 'auto-ptr',
    type: toggle(),
    default: dnsServerDefaults.answers.autoPtr,
    summary: 'Answers reverse lookups of the addresses that records have, where no record below arpa does.',
  },
  chaos: {
    flag: 'chaos',
    type: toggle(),
    default: dnsServerDefaults.answers.chaos,
    summary: 'Tells version and host name to whoever asks for version.bind and the like; without it that is refused.',
  },
  verbose: {
    flag: 'verbose',
    type: toggle(),
    default: dnsServerDefaults.verbose,
    summary: 'Logs every query.',
  },
  snapshot: {
    flag: 'snapshot',
    type: string('file'),
    default: undefined,
    summary: 'Where the records are kept on disk, to be answered from after a start without etcd; nowhere when absent.',
    example: '/var/lib/dns-server/snapshot',
  },
  snapshotMaxAge: {
    flag: 'snapshot-max-age',
    type: durationMs({ minMs: 60_000 }),
    default: 86_400_000,
    summary: 'How long ago the records of a snapshot may have been those of etcd for it to be answered from.',
  },
  nameservers: {
    flag: 'nameservers',
    variables: ['SKYDNS_NAMESERVERS'],
    type: list(nameServer),
    default: dnsServerDefaults.answers.forward.nameservers,
    summary:
      'The name servers that are asked about names outside of the domains; those of /etc/resolv.conf when absent.',
    example: '10.0.0.2:53,10.0.0.3',
  },
  noRec: {
    flag: 'no-rec',
    type: toggle(),
    default: dnsServerDefaults.answers.forward.noRec,
    summary: 'Asks no other servers about names outside of the domains, but for stub zones: they are refused.',
  },
  forwardFor: {
    flag: 'forward-for',
    type: choice(['local', 'all']),
    default: dnsServerDefaults.answers.forward.clients,
    summary:
      "Whose questions about names outside are passed on: those of clients with loopback, private and link-local addresses (local), or everybody's (all).",
  },
  ndots: {
    flag: 'ndots',
    variables: ['SKYDNS_NDOTS'],
    type: integer({ min: 0, max: 127 }),
    default: dnsServerDefaults.answers.forward.ndots,
    summary: 'How many labels a name outside must have to be passed on.',
  },
  nsRotate: {
    flag: 'ns-rotate',
    type: toggle(),
    default: dnsServerDefaults.answers.forward.rotate,
    summary: 'Begins with any of the name servers, by chance; without it with the first.',
  },
  rtimeout: {
    flag: 'rtimeout',
    type: durationMs({ minMs: 10, maxMs: 60_000 }),
    default: dnsServerDefaults.answers.forward.timeoutMs,
    summary: 'How long a name server has time to answer before the next one is asked.',
  },
  rcache: {
    flag: 'rcache',
    type: integer({ min: 0, max: 1_000_000, unit: 'answers' }),
    default: dnsServerDefaults.answers.forward.cacheEntries,
    summary: 'How many answers of name servers are kept, in 16 MiB at most; 0 keeps none.',
  },
  rcacheTtl: {
    flag: 'rcache-ttl',
    type: integer({ min: 1, max: 86_400, unit: 'seconds' }),
    default: dnsServerDefaults.answers.forward.cacheSeconds,
    summary: 'How long they are kept at most; those that live shorter are not kept longer.',
  },
  stubzones: {
    flag: 'stubzones',
    type: toggle(),
    default: dnsServerDefaults.answers.forward.stubZones,
    summary: 'Asks the servers that records below stub.dns.<domain> name about the zones that these are for.',
  },
  prometheusPort: {
    variables: ['PROMETHEUS_PORT'],
    type: integer({ min: 0, max: 65_535 }),
    default: 0,
    summary: 'A port on all addresses where the metrics are served besides -admin-addr, as in SkyDNS; 0 is nowhere.',
    example: '9153',
  },
  prometheusPath: {
    variables: ['PROMETHEUS_PATH'],
    type: urlPath,
    default: '/metrics',
    summary: 'The path of the metrics at PROMETHEUS_PORT.',
  },
  prometheusNamespace: { variables: ['PROMETHEUS_NAMESPACE'], ...deprecatedText(FIXED_METRIC_NAMES) },
  prometheusSubsystem: { variables: ['PROMETHEUS_SUBSYSTEM'], ...deprecatedText(FIXED_METRIC_NAMES) },
  dnssec: { flag: 'dnssec', ...deprecatedText('answers are not signed') },
  scache: { flag: 'scache', ...deprecatedText('answers are not signed, so that there are no signatures to keep') },
  discover: deprecatedSwitch('discover', 'the members of the cluster are those of -machines'),
  etcd3: deprecatedSwitch('etcd3', 'etcd is always spoken to in its version 3'),
  systemd: deprecatedSwitch('systemd', 'the sockets are always its own: -addr says where'),
  logToStderr: deprecatedSwitch('logtostderr', 'the log always goes to standard error'),
});

/** What units that ran SkyDNS may still pass. */
function deprecatedSwitch(flag: string, instead: string) {
  return { flag, type: toggle(), default: false, ...deprecated(instead) } as const;
}

/** The same with a value, whatever that is. */
function deprecatedText(instead: string) {
  return { type: string(), default: undefined, ...deprecated(instead) } as const;
}

function deprecated(instead: string) {
  return { summary: `Accepted for old units and ignored: ${instead}.`, deprecated: instead } as const;
}

const options: typeof dnsServerOptions & AgentOptions = {
  ...dnsServerOptions,
  ...agentOptionsWith({ adminAddr: adminAddress }),
};

/** The DNS server's command line. */
export const dnsServerCommand = {
  name: 'dns-server',
  summary: 'Answers DNS from the service records in etcd.',
  usage: '[options]',
  positionals: { name: '<argument>', summary: 'None.', min: 0, max: 0 },
  options,
  examples: [
    {
      command: 'dns-server -addr 10.0.0.5:53 -domain example.local -machines http://10.0.0.1:2379',
      summary: 'Answers for example.local on one address of this host.',
    },
    {
      command: 'ETCD_MACHINES=http://10.0.0.1:2379 SKYDNS_ADDR=0.0.0.0:53 SKYDNS_DOMAIN=example.local dns-server',
      summary: 'Does so on all addresses, told as units told SkyDNS.',
    },
  ],
} as const satisfies Command<typeof options>;
