import {
  type AgentOptions,
  agentOptionsWith,
  type Command,
  choice,
  defineOptions,
  failure,
  integer,
  ipAddressKind,
  ipv4Network,
  list,
  type OptionType,
  string,
  success,
  toggle,
} from '@wharf/agent';
import { dockerHostOption } from '@wharf/docker-watcher';
import { parseTemplate, stringFunctions, type Template } from '@wharf/go-template';
import { adminAddress } from './admin-address.ts';
import { registrarDefaults } from './config.ts';
import { registryUriErrors, registryUriSummary } from './registry-uri.ts';
import { addressFault } from './services/address-fault.ts';
import { parseSelector, type Selector } from './services/selector.ts';
import type { Addresses } from './services/service.ts';

/** A week: more is no insurance against a short absence, but a ghost. */
const MAX_TTL_SECONDS = 604_800;

/** Addresses that a client could connect to; loopback is the operator's own choice. None is none, as in the original. */
const addresses: OptionType<Addresses> = {
  placeholder: 'address',
  parse(text) {
    const found: { ipv4?: string; ipv6?: string } = {};
    if (text === '') return success(found);
    for (const address of text.split(',').map((item) => item.trim())) {
      const kind = ipAddressKind(address);
      if (kind === 'none') return failure('is not an IPv4 or IPv6 address, nor one of each with a comma between');
      if (kind === 'unspecified') return failure('stands for all addresses: name the one that clients use');
      const fault = kind === 'loopback' ? undefined : addressFault(address);
      if (fault !== undefined) return failure(`is or holds ${address}, ${fault}`);
      const family = address.includes(':') ? 'ipv6' : 'ipv4';
      if (found[family] !== undefined) return failure('names two addresses of one family: at most one of each');
      found[family] = address;
    }
    return success(found);
  },
  render: ({ ipv4, ipv6 }) => [ipv4, ipv6].filter((address) => address !== undefined).join(','),
};

/** Tags for every service, in the language of Go's templates. */
const tagsTemplate: OptionType<Template | undefined> = {
  placeholder: 'template',
  parse(text) {
    const template = parseTemplate(text, { functions: stringFunctions });
    return template.ok ? template : failure(`is no template: ${template.error.message}`);
  },
  render: () => '',
};

const selector: OptionType<Selector | undefined> = {
  placeholder: 'expression',
  parse(text) {
    const parsed = parseSelector(text);
    return parsed.ok ? parsed : failure(`is no expression over labels: ${parsed.error}`);
  },
  render: () => '',
};

const metadataPrefix: OptionType<string> = {
  placeholder: 'prefix',
  parse: (text) =>
    /^[A-Za-z][\w.-]{0,62}$/.test(text)
      ? success(text)
      : failure('is no prefix: it must begin with a letter, and hold letters, digits, _, - and . only, at most 63'),
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
    type: addresses,
    default: registrarDefaults.ip,
    summary:
      "The address that published ports are registered with, instead of the one that each is bound to or the host's own; may be an IPv4 and an IPv6 address with a comma between.",
    example: '10.0.0.5',
  },
  addressIn: {
    flag: 'address-in',
    type: ipv4Network,
    default: registrarDefaults.addressIn,
    summary:
      "The IPv4 network that this host's own address is in, instead of what its name and the default route say; looked at again at every -resync.",
    example: '10.0.0.0/16',
  },
  internal: {
    flag: 'internal',
    type: toggle(),
    default: registrarDefaults.internal,
    summary: "Registers each container's own address and ports, published or not.",
  },
  useIpFromLabel: {
    flag: 'useIpFromLabel',
    type: string('label'),
    default: registrarDefaults.ipLabel,
    summary:
      "Takes a container's address from this label of its, cut at the last slash; where the label is missing, the address is found as without this option.",
    example: 'com.example.address',
  },
  network: {
    flag: 'network',
    type: list(string('name')),
    default: registrarDefaults.networks,
    summary:
      'The networks that containers are announced on with -internal, the best first; SERVICE_NETWORK on a container beats it.',
    example: 'backend',
  },
  family: {
    flag: 'family',
    type: choice(['any', 'ipv4', 'ipv6', 'dual']),
    default: registrarDefaults.family,
    summary: 'Which addresses are registered: any is one, IPv4 where there is one; dual is one of each that there is.',
  },
  only: {
    flag: 'only',
    type: selector,
    default: registrarDefaults.only,
    summary: 'Registers only containers whose labels this expression matches: README, Choosing containers.',
    example: 'register=true && tier!=internal',
  },
  health: {
    flag: 'health',
    type: choice(['healthy', 'not-unhealthy', 'any']),
    default: registrarDefaults.health,
    summary:
      'Which containers with a HEALTHCHECK are registered; not-unhealthy does so while they start too, any is what Registrator did.',
  },
  paused: {
    flag: 'paused',
    type: choice(['remove', 'keep']),
    default: registrarDefaults.paused,
    summary: 'What becomes of the records of a paused container.',
  },
  drain: {
    flag: 'drain',
    type: integer({ min: 0, max: 86_400, unit: 'seconds' }),
    default: registrarDefaults.drainSeconds,
    summary:
      'A container that is sent its stop signal goes from the registry at once, and comes back if it still runs after so long; 0 leaves it there until it has ended.',
  },
  prefix: {
    flag: 'prefix',
    type: metadataPrefix,
    default: registrarDefaults.metadataPrefix,
    summary: 'What variables and labels for the registrar begin with, instead of SERVICE_.',
    example: 'WHARF_',
  },
  nameLabel: {
    flag: 'name-label',
    type: string('label'),
    default: registrarDefaults.nameLabel,
    summary: 'The label that names the services of containers without a SERVICE_NAME, instead of their image.',
    example: 'com.docker.compose.service',
  },
  tags: {
    flag: 'tags',
    type: tagsTemplate,
    default: registrarDefaults.tags,
    summary: 'Tags for every service, separated by commas: a Go template over what the engine says of its container.',
    example: '{{.Config.Hostname}}',
  },
  attributes: {
    flag: 'attributes',
    type: list(string('name')),
    default: registrarDefaults.attributes,
    summary:
      'Which SERVICE_ attributes are written as text, which everybody can read by DNS; * is all whose names do not look like secrets.',
  },
  labels: {
    flag: 'labels',
    type: choice(['octets', 'hostname', 'refuse']),
    default: registrarDefaults.labels,
    summary: 'What becomes of names and IDs that are not labels of a host name: README, Names.',
  },
  dnsSd: {
    flag: 'dns-sd',
    type: toggle(),
    default: registrarDefaults.dnsSd,
    summary:
      'Registers each service for DNS-SD too, as <ID>._<name>._<tcp or udp>.<domain>, so that it can be browsed for.',
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
    summary: "Which version of Registrator's rule decides when a service name ends in the port: README, Names.",
  },
  ttl: {
    flag: 'ttl',
    type: integer({ min: 0, max: MAX_TTL_SECONDS, unit: 'seconds' }),
    default: 0,
    summary:
      '60 without it (or with 0): how long records outlive this agent when it or its host dies; goes with -ttl-refresh.',
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
    summary:
      'Also removes from Consul what Registrator registered for this host and no longer runs; what this program wrote goes without it.',
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
  dryRun: {
    flag: 'dry-run',
    type: toggle(),
    default: false,
    summary: 'Logs what would be written and removed, and writes nothing.',
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
  etcdTls: {
    flag: 'etcd-tls',
    variables: ['ETCD_TLS'],
    type: toggle(),
    default: false,
    summary: 'Speaks to etcd over TLS; so does each of the three files that follow.',
  },
  etcdCa: {
    flag: 'etcd-ca',
    variables: ['ETCD_CACERT'],
    type: string('file'),
    default: undefined,
    summary: "The CA that signed etcd's certificate, as PEM; without it one of those that the system trusts must have.",
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
  consulToken: {
    flag: 'consul-token',
    variables: ['CONSUL_HTTP_TOKEN'],
    type: string('token'),
    default: undefined,
    secret: true,
    summary:
      'The ACL token for consul://; on the command line every process of the host can read it, so prefer the variable.',
  },
});

const options: typeof registrarOptions & AgentOptions = {
  ...registrarOptions,
  ...agentOptionsWith({ adminAddr: adminAddress }),
};

/** The registrar's command line. */
export const registrarCommand = {
  name: 'registrar',
  summary: "Keeps the services of this host's containers registered for DNS.",
  usage: '[options] <registry URI>',
  positionals: {
    name: '<registry URI>',
    summary: registryUriSummary,
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
