import {
  type AgentOptions,
  bothOrNeither,
  type CommandLine,
  failure,
  ipv4Network,
  type OptionError,
  type Result,
  renderHostPort,
  success,
} from '@wharf/agent';
import type { TlsFileNames } from '@wharf/etcd-client';
import type { dnsServerCommand } from './command.ts';
import type { DnsServerConfig } from './config.ts';
import type { MetricsAddress } from './io/metrics-server.ts';

/** How etcd is reached; files are paths, not yet read. */
export interface EtcdAccess {
  /** With schemes, all the same. */
  readonly endpoints: readonly string[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Absent: without TLS. */
  readonly tls: TlsFileNames | undefined;
}

/** Everything that the DNS server's command line says. */
export interface DnsServerSettings {
  readonly server: DnsServerConfig;
  /** The file that has the secret of the cookies; undefined: a random one. */
  readonly cookieSecretFile: string | undefined;
  /** Where the metrics are served besides the admin address; undefined: nowhere. */
  readonly metrics: MetricsAddress | undefined;
  readonly etcd: EtcdAccess;
}

/** A command line of the server without errors. */
export type DnsServerLine = CommandLine<(typeof dnsServerCommand)['options'] & AgentOptions>;
type Options = DnsServerLine['options'];

/** Checks the options against each other; all errors at once. */
export function configure({ options }: DnsServerLine): Result<DnsServerSettings, readonly OptionError[]> {
  const etcd = parseEtcd(options);
  const wrong = [...addressErrors(options), ...domainErrors(options)];
  if (!etcd.ok || wrong.length > 0) return failure([...wrong, ...(etcd.ok ? [] : etcd.error)]);
  const { matching, wildcards, autoPtr, chaos } = options;
  const { domains, pathPrefix, hostmaster, ttl, minTtl, priority, roundRobin, verbose, udp, snapshot } = options;
  return success({
    etcd: etcd.value,
    cookieSecretFile: options.cookieSecretFile,
    metrics: options.prometheusPort === 0 ? undefined : { port: options.prometheusPort, path: options.prometheusPath },
    server: {
      listen: options.addr,
      listenIn: options.addressIn,
      udp,
      workers: options.workers,
      reusePort: options.reusePort,
      pathPrefix,
      verbose,
      snapshot: snapshot === undefined ? undefined : { file: snapshot, maxAgeMs: options.snapshotMaxAge },
      answers: {
        domains,
        hostmaster,
        local: options.local,
        policy: { ttlSeconds: ttl, minTtlSeconds: minTtl, priority },
        roundRobin,
        matching,
        wildcards,
        autoPtr,
        chaos,
        edns: { cookies: options.cookies, nsid: options.nsid },
        forward: {
          nameservers: options.nameservers,
          noRec: options.noRec,
          ndots: options.ndots,
          rotate: options.nsRotate,
          timeoutMs: options.rtimeout,
          cacheEntries: options.rcache,
          cacheSeconds: options.rcacheTtl,
          stubZones: options.stubzones,
          clients: options.forwardFor,
        },
      },
    },
  });
}

function domainErrors({ domains }: Options): readonly OptionError[] {
  return domains.length > 0 ? [] : [{ option: '-domain', value: '', message: 'names no domain' }];
}

function addressErrors({ addr, addressIn }: Options): readonly OptionError[] {
  if (addressIn === undefined || addr.host === '') return [];
  const message = `needs an -addr without an address, such as :53, and it is ${renderHostPort(addr)}`;
  return [{ option: '-address-in', value: ipv4Network.render(addressIn), message }];
}

function parseEtcd(options: Options): Result<EtcdAccess, readonly OptionError[]> {
  const { machines, caCert, tlsPem, tlsKey, username, password } = options;
  const wantsTls = caCert !== undefined || tlsPem !== undefined || tlsKey !== undefined;
  const schemes = new Set(machines.map(({ scheme }) => scheme ?? (wantsTls ? 'https' : 'http')));
  const [scheme = 'http'] = schemes;
  const errors = [
    ...bothOrNeither(['-username', username], ['-password', password]),
    ...bothOrNeither(['-tls-pem', tlsPem], ['-tls-key', tlsKey]),
    ...machinesErrors(machines.length, schemes, wantsTls),
  ];
  if (errors.length > 0) return failure(errors);
  return success({
    endpoints: machines.map(({ address }) => `${scheme}://${renderHostPort(address)}`),
    username,
    password,
    tls: scheme === 'https' ? { caFile: caCert, certFile: tlsPem, keyFile: tlsKey } : undefined,
  });
}

function machinesErrors(count: number, schemes: ReadonlySet<string>, wantsTls: boolean): readonly OptionError[] {
  const error = (message: string) => [{ option: '-machines', value: '', message }];
  if (count === 0) return error('names no machine');
  if (schemes.size > 1)
    return error('names machines with https and machines without: give all of them the same scheme');
  if (wantsTls && !schemes.has('https')) return error('says http, but -ca-cert, -tls-pem and -tls-key are for https');
  return [];
}
