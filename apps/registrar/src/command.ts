import {
  type AgentOptions,
  agentOptionsWith,
  type Command,
  choice,
  defineOptions,
  failure,
  integer,
  ipAddressKind,
  type OptionType,
  string,
  success,
  toggle,
} from '@wharf/agent';
import { dockerHostOption } from '@wharf/docker-watcher';
import { registrarDefaults } from './config.ts';
import { registryUriErrors } from './registry-uri.ts';

/** A week: more is no insurance against a short absence, but a ghost. */
const MAX_TTL_SECONDS = 604_800;

/** An address that a client could connect to; loopback is the operator's own choice. */
const address: OptionType<string> = {
  placeholder: 'address',
  parse(text) {
    const kind = ipAddressKind(text);
    if (kind === 'none') return failure('is not an IPv4 or IPv6 address');
    return kind === 'unspecified' ? failure('stands for all addresses: name the one that clients use') : success(text);
  },
  render: (value) => value,
};

const hostName: OptionType<string> = {
  placeholder: 'name',
  parse: (text) =>
    /^[^\p{Cc}/\s]{1,200}$/u.test(text)
      ? success(text)
      : failure('is no host name: 1 to 200 characters without blanks and slashes'),
  render: (value) => value,
};

const registrarOptions = defineOptions({
  ip: {
    flag: 'ip',
    type: address,
    default: undefined,
    summary:
      "The address that published ports are registered with, instead of the one that each is bound to or the host's own.",
    example: '10.0.0.5',
  },
  internal: {
    flag: 'internal',
    type: toggle(),
    default: registrarDefaults.internal,
    summary: "Registers each container's own address and ports, published or not.",
  },
  explicit: {
    flag: 'explicit',
    type: toggle(),
    default: registrarDefaults.explicit,
    summary: 'Registers only what has a SERVICE_NAME or SERVICE_<port>_NAME.',
  },
  host: {
    flag: 'host',
    type: hostName,
    default: undefined,
    summary:
      "The name of this host in instance IDs, its own in the cluster; the operating system's host name when absent.",
    example: 'node-1',
  },
  naming: {
    flag: 'naming',
    type: choice(['v5', 'v7', 'head']),
    default: registrarDefaults.naming,
    summary: "Which version of Registrator's rule decides when a service name ends in the port: see Names.",
  },
  ttl: {
    flag: 'ttl',
    type: integer({ min: 0, max: MAX_TTL_SECONDS, unit: 'seconds' }),
    default: 0,
    summary:
      'How long records outlive this agent when it or its host dies; goes with -ttl-refresh, and is 60 without both.',
    example: '40',
  },
  ttlRefresh: {
    flag: 'ttl-refresh',
    type: integer({ min: 0, max: MAX_TTL_SECONDS, unit: 'seconds' }),
    default: 0,
    summary:
      'Accepted for old command lines, and must be less than -ttl: the lease is renewed every third of -ttl whatever it says.',
    example: '30',
  },
  resync: {
    flag: 'resync',
    type: integer({ min: 0, max: 86_400, unit: 'seconds' }),
    default: registrarDefaults.resyncSeconds,
    summary: 'How often all containers and all records are looked at again, events or not; 0 for never.',
  },
  cleanup: {
    flag: 'cleanup',
    type: toggle(),
    default: false,
    summary: 'Accepted for old command lines: records without a container are always removed.',
  },
  deregister: {
    flag: 'deregister',
    type: choice(['always', 'on-success']),
    default: registrarDefaults.deregister,
    summary:
      'With on-success the records of a container that fails (exit code not 0, 137 or 143) stay for the TTL before they go.',
  },
  onStop: {
    flag: 'on-stop',
    type: choice(['keep', 'remove']),
    default: registrarDefaults.onStop,
    summary:
      'What an orderly stop does with the records: keep leaves them for the TTL, so that an upgrade causes no gap.',
  },
  retryAttempts: {
    flag: 'retry-attempts',
    type: integer({ min: -1, max: 1_000_000 }),
    default: registrarDefaults.retryAttempts,
    summary: 'How often to try again to reach the store at the start before giving up; -1 for ever.',
  },
  retryInterval: {
    flag: 'retry-interval',
    type: integer({ min: 0, max: 3_600_000, unit: 'milliseconds' }),
    default: registrarDefaults.retryIntervalMs,
    summary: 'The time between two of those attempts.',
  },
  dockerHost: dockerHostOption,
  etcdUsername: {
    flag: 'etcd-username',
    variables: ['ETCD_USERNAME'],
    type: string('name'),
    default: undefined,
    summary: 'The user to authenticate to etcd as; goes with the password.',
  },
  etcdPassword: {
    flag: 'etcd-password',
    variables: ['ETCD_PASSWORD'],
    type: string('password'),
    default: undefined,
    secret: true,
    summary: 'Its password; on the command line every process of the host can read it, so prefer the variable.',
  },
  etcdCa: {
    flag: 'etcd-ca',
    variables: ['ETCD_CACERT'],
    type: string('file'),
    default: undefined,
    summary:
      "The CA that signed etcd's certificate, as PEM; etcd is spoken to over TLS when any of the three is given.",
    example: '/etc/ssl/etcd/ca.pem',
  },
  etcdCert: {
    flag: 'etcd-cert',
    variables: ['ETCD_TLSPEM'],
    type: string('file'),
    default: undefined,
    summary: "This agent's own certificate for etcd, as PEM; goes with its key.",
    example: '/etc/ssl/etcd/client.pem',
  },
  etcdKey: {
    flag: 'etcd-key',
    variables: ['ETCD_TLSKEY'],
    type: string('file'),
    default: undefined,
    summary: 'The key of that certificate, as PEM.',
    example: '/etc/ssl/etcd/client-key.pem',
  },
});

const options: typeof registrarOptions & AgentOptions = {
  ...registrarOptions,
  ...agentOptionsWith({ adminAddr: { host: '127.0.0.1', port: 8054 } }),
};

/** The registrar's command line. */
export const registrarCommand = {
  name: 'registrar',
  summary: "Keeps the services of this host's containers registered for DNS.",
  usage: '[options] <registry URI>',
  positionals: {
    name: '<registry URI>',
    summary: 'Where to register: skydns2://host:port[,host:port]/<domain> (etcd), or memory:///<domain> (for trials).',
    min: 1,
    max: 1,
    check: registryUriErrors,
  },
  options,
  examples: [
    {
      command: 'registrar -ip 10.0.0.5 -ttl 40 -ttl-refresh 30 skydns2://10.0.0.5:2379/staging.example.local',
      summary:
        'Registers published ports as <name>.staging.example.local, for 40 seconds beyond the death of the host.',
    },
    {
      command: 'registrar -internal skydns2://10.0.0.5:2379,10.0.0.6:2379/example.local',
      summary: "Registers the containers' own addresses, in a cluster of which one member may be away.",
    },
  ],
} as const satisfies Command<typeof options>;
