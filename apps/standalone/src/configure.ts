import { type CommandLine, type HostFacts, type OptionError, type Result, success } from '@wharf/agent';
import { type DnsServerConfig, dnsServerDefaults } from '@wharf/dns-server';
import { type LogShipperConfig, logShipperDefaults, parseRoutes } from '@wharf/log-shipper';
import { type RegistrarConfig, registrarDefaults } from '@wharf/registrar';
import { type command, DEFAULT_ROUTE } from './command.ts';

/** What each of the three agents is to do, and where the engine is that they share. */
export interface StandaloneConfig {
  readonly registrar: RegistrarConfig;
  /** Where services are registered, and what is answered for. */
  readonly domain: DnsServerConfig['answers']['domains'][number];
  readonly dnsServer: DnsServerConfig;
  readonly logShipper: LogShipperConfig;
  /** Empty to look in the usual places. */
  readonly dockerHost: string;
}

/** Makes the configurations of the three agents of one command line; all errors at once. */
export function configure(
  { options, positionals }: CommandLine<(typeof command)['options']>,
  { hostname, env }: HostFacts,
): Result<StandaloneConfig, readonly OptionError[]> {
  const { domain, ip, internal, explicit, dnsAddr, dockerHost, syslogFormat, syslogTcpFraming, allowTty } = options;
  const routes = parseRoutes(positionals.length === 0 ? [DEFAULT_ROUTE] : positionals, '<route URI>', env);
  if (!routes.ok) return routes;
  return success({
    dockerHost,
    domain,
    registrar: {
      ...registrarDefaults,
      ip,
      internal,
      explicit,
      host: options.hostname ?? hostname,
      // The store ends with the process: there is nobody to keep records for.
      onStop: 'remove',
    },
    dnsServer: {
      ...dnsServerDefaults,
      listen: dnsAddr,
      answers: {
        ...dnsServerDefaults.answers,
        domains: [domain],
        forward: { ...dnsServerDefaults.answers.forward, noRec: true },
      },
    },
    logShipper: {
      ...logShipperDefaults,
      routes: routes.value,
      encoding: { ...logShipperDefaults.encoding, syslogFormat, syslogTcpFraming },
      allowTty,
    },
  });
}
