import {
  type AgentOptions,
  bothOrNeither,
  type CommandLine,
  failure,
  type HostFacts,
  ipv4Network,
  type OptionError,
  type Result,
  success,
} from '@wharf/agent';
import { type registrarCommand } from './command.ts';
import { type RegistrarConfig, registrarDefaults } from './config.ts';
import type { RegistryUri } from './registries/registry-scheme.ts';
import { dnsSdErrors, parseRegistryUri, registryUriErrors } from './registry-uri.ts';
import { familiesToFind } from './services/address-family.ts';

/** How etcd is reached besides its endpoints; files are paths, not yet read. */
export interface EtcdAccess {
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** TLS, with the authorities that the system trusts; each of the files below is a wish for TLS too. */
  readonly tls: boolean;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** Everything that the registrar's command line says. */
export interface RegistrarSettings {
  readonly registrar: RegistrarConfig;
  readonly registry: RegistryUri;
  /** Log what would be done, and do nothing. */
  readonly dryRun: boolean;
  /** Also remove what Registrator itself left in a registry that can tell. */
  readonly cleanup: boolean;
  readonly consulToken: string | undefined;
  /** Empty to look in the usual places. */
  readonly dockerHost: string;
  readonly etcd: EtcdAccess;
}

type RegistrarLine = CommandLine<(typeof registrarCommand)['options'] & AgentOptions>;

/** Checks the options against each other and the registry's URI; all errors at once. */
export function configure(line: RegistrarLine, facts: HostFacts): Result<RegistrarSettings, readonly OptionError[]> {
  const { options, positionals } = line;
  const registry = parseRegistryUri(positionals[0] ?? '');
  const errors = [
    ...registryUriErrors(positionals),
    ...(registry.ok ? dnsSdErrors(registry.value, options.dnsSd) : []),
    ...ttlErrors(options.ttl, options.ttlRefresh),
    ...pairErrors(options),
    ...addressErrors(options),
  ];
  if (!registry.ok || errors.length > 0) return failure(errors);
  return success({
    registrar: toConfig(options, facts),
    dryRun: options.dryRun,
    cleanup: options.cleanup,
    consulToken: options.consulToken,
    registry: registry.value,
    dockerHost: options.dockerHost,
    etcd: {
      username: options.etcdUsername,
      password: options.etcdPassword,
      tls: options.etcdTls,
      caFile: options.etcdCa,
      certFile: options.etcdCert,
      keyFile: options.etcdKey,
    },
  });
}

function toConfig(options: RegistrarLine['options'], facts: HostFacts): RegistrarConfig {
  const { ip, internal, explicit, naming, deregister, onStop, retryAttempts } = options;
  const { only, health, paused, tags, family, labels, attributes, dnsSd } = options;
  return {
    ip,
    internal,
    explicit,
    naming,
    deregister,
    onStop,
    retryAttempts,
    only,
    health,
    paused,
    tags,
    family,
    labels,
    attributes,
    dnsSd,
    host: options.host ?? facts.hostname,
    addressIn: options.addressIn,
    metadataPrefix: options.prefix,
    nameLabel: labelNamed(options.nameLabel),
    ipLabel: labelNamed(options.useIpFromLabel),
    networks: options.network,
    drainSeconds: options.drain,
    ttlSeconds: options.ttl === 0 ? registrarDefaults.ttlSeconds : options.ttl,
    resyncSeconds: options.resync,
    retryIntervalMs: options.retryInterval,
  };
}

/** The empty name, which is the original's default, is that of no label. */
function labelNamed(name: string | undefined): string | undefined {
  return name === '' ? undefined : name;
}

/** The original's rule: both or neither, and a TTL that outlasts the time between two renewals. */
function ttlErrors(ttl: number, refresh: number): readonly OptionError[] {
  if (ttl === 0 && refresh === 0) return [];
  if (refresh === 0) {
    return [{ option: '-ttl', value: String(ttl), message: 'needs -ttl-refresh: give both or neither' }];
  }
  if (ttl === 0) {
    return [{ option: '-ttl-refresh', value: String(refresh), message: 'needs -ttl: give both or neither' }];
  }
  if (ttl > refresh) return [];
  return [{ option: '-ttl', value: String(ttl), message: `must be more than -ttl-refresh, which is ${refresh}` }];
}

/** `-ip` may say what is announced, and `-family` that no IPv4 address is. */
function addressErrors({ ip, family, addressIn }: RegistrarLine['options']): readonly OptionError[] {
  if (addressIn === undefined || familiesToFind({ ip, family, addressIn }).includes('ipv4')) return [];
  const given = [ip.ipv4, ip.ipv6].filter((address) => address !== undefined).join(',');
  const message = `has no effect with -family ${family}${given === '' ? '' : ` and -ip ${given}`}`;
  return [{ option: '-address-in', value: ipv4Network.render(addressIn), message }];
}

function pairErrors(options: RegistrarLine['options']): readonly OptionError[] {
  return [
    ...bothOrNeither(['-etcd-username', options.etcdUsername], ['-etcd-password', options.etcdPassword]),
    ...bothOrNeither(['-etcd-cert', options.etcdCert], ['-etcd-key', options.etcdKey]),
  ];
}
