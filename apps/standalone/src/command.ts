import { type AgentOptions, agentOptionsWith, type Command, defineOptions } from '@wharf/agent';
import { program as dnsServer, servedDomain } from '@wharf/dns-server';
import { program as logShipper, parseRoutes } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';

const { addr } = dnsServer.command.options;
const { ip, internal, explicit, host } = registrar.command.options;
const { dockerHost, syslogFormat, syslogTcpFraming, allowTty } = logShipper.command.options;

/** Where container output goes when the command line names no route: onto standard output. */
export const DEFAULT_ROUTE = 'stdout:';

/** The options of the three agents that matter on one host; what they take is declared there. */
const standaloneOptions = defineOptions({
  domain: {
    flag: 'domain',
    type: servedDomain,
    default: ['wharf', 'local'],
    summary: 'The domain that services are found in.',
    example: 'example.local',
  },
  ip: {
    flag: 'ip',
    type: ip.type,
    default: { ipv4: '127.0.0.1' },
    summary: 'The address that published ports are registered with; the default is for clients on this host.',
    example: '10.0.0.5',
  },
  dnsAddr: {
    flag: 'dns-addr',
    type: addr.type,
    default: { host: '127.0.0.1', port: 1053 },
    summary: 'Where queries are answered, over UDP and TCP.',
    example: '127.0.0.1:53',
  },
  hostname: {
    flag: 'hostname',
    type: host.type,
    default: undefined,
    summary: "The name of this host in instance IDs; the operating system's host name when absent.",
    example: 'node-1',
  },
  internal,
  explicit,
  dockerHost,
  syslogFormat,
  syslogTcpFraming,
  allowTty,
});

const options: typeof standaloneOptions & AgentOptions = {
  ...standaloneOptions,
  ...agentOptionsWith({ adminAddr: { host: '127.0.0.1', port: 8053 } }),
};

/** The command line of the three agents in one process. */
export const command: Command<typeof options> = {
  name: 'wharf-standalone',
  summary: 'Finds the containers of one host by DNS and ships what they print, without etcd.',
  usage: '[options] [<route URI>...]',
  positionals: {
    name: '<route URI>',
    summary: `Where container output goes, as with log-shipper: syslog+tcp://host:port and others; ${DEFAULT_ROUTE} when none is named.`,
    min: 0,
    max: logShipper.command.positionals.max,
    check(texts, env) {
      const routes = parseRoutes(texts, '<route URI>', env);
      return routes.ok ? [] : routes.error;
    },
  },
  options,
  examples: [
    {
      command: 'wharf-standalone',
      summary: 'Answers for wharf.local on 127.0.0.1:1053 and prints what containers print.',
    },
    {
      command: 'wharf-standalone -domain example.local -ip 10.0.0.5 -dns-addr 10.0.0.5:53 syslog://10.0.0.9:514',
      summary: 'Serves other hosts too, and ships output to a syslog receiver.',
    },
  ],
};
