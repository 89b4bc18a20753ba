import {
  type AgentOptions,
  agentOptionsWith,
  type Command,
  defineOptions,
  durationMs,
  integer,
  string,
} from '@wharf/agent';
import { dockerHostOption } from '@wharf/docker-watcher';
import { adminAddress } from './admin-address.ts';
import { logShipperDefaults } from './config.ts';
import { containerOptions } from './containers/container-options.ts';
import { encodingOptions } from './encoding-options.ts';
import { httpApiOptions } from './http-api/http-api-options.ts';
import { ROUTE_LIMIT } from './routes/parse-routes.ts';
import { routeTopics } from './routes/route-topics.ts';
import { routesOf } from './routes/routes-of.ts';
import { spoolOptions } from './spool/spool-options.ts';
import { stageOptions } from './stages/stage-settings.ts';
import { tlsOptions } from './tls-options.ts';

const MEBIBYTE = 1_048_576;

const shipperOptions = defineOptions({
  routeUris: {
    variables: ['ROUTE_URIS'],
    type: string('route URI,...'),
    default: '',
    summary: 'The routes when the command line names none, separated by commas.',
    example: 'syslog+tcp://logs.example.org:514',
  },
  ...encodingOptions,
  ...containerOptions,
  ...tlsOptions,
  ...stageOptions,
  ...spoolOptions,
  ...httpApiOptions,
  dockerHost: dockerHostOption,
  queueMessages: {
    flag: 'queue-messages',
    variables: ['QUEUE_MESSAGES'],
    type: integer({ min: 1, max: 10_000_000, unit: 'messages' }),
    default: logShipperDefaults.queue.messages,
    summary:
      'The most messages a route holds in memory; when they are reached, its containers are read no further. With a spool, so many wait to be written, and about as many to be sent.',
  },
  queueBytes: {
    flag: 'queue-bytes',
    variables: ['QUEUE_BYTES'],
    type: integer({ min: 65_536, max: 1024 * MEBIBYTE, unit: 'bytes' }),
    default: logShipperDefaults.queue.bytes,
    summary: 'The most bytes of messages a route holds in memory, with the same effect.',
  },
  tcpResend: {
    flag: 'tcp-resend',
    variables: ['TCP_RESEND'],
    type: durationMs({ maxMs: 60_000 }),
    default: logShipperDefaults.tcpResendMs,
    summary: 'When a TCP connection is lost, send again what was written within this time; 0 sends nothing twice.',
  },
});

export const options: typeof shipperOptions & AgentOptions = {
  ...shipperOptions,
  ...agentOptionsWith({ adminAddr: adminAddress }),
};

/** The log shipper's command line. */
export const command: Command<typeof options> = {
  name: 'log-shipper',
  summary: 'Ships what all containers of this host print to syslog receivers.',
  usage: '[options] <route URI>...',
  positionals: {
    name: '<route URI>',
    summary:
      'adapter://host:port?options, with filters among the options, all of which are below; or stdout: to print lines here. Several may be separated by commas; $VARIABLES are expanded.',
    min: 0,
    max: ROUTE_LIMIT,
    check(texts, env) {
      const routes = routesOf(texts, env['ROUTE_URIS'] ?? '', env, true);
      return routes.ok ? [] : routes.error;
    },
  },
  options,
  topics: routeTopics(shipperOptions),
  examples: [
    { command: 'log-shipper syslog://logs.example.org:514', summary: 'RFC 5424 over UDP.' },
    {
      command: 'log-shipper -syslog-tcp-framing octet-counted syslog+tcp://logs.example.org:601',
      summary: 'Over TCP, each message preceded by its length.',
    },
    {
      command: "log-shipper 'syslog+tcp://logs.example.org?filter.name=web-*&filter.sources=stderr'",
      summary: 'Only what containers named web-... print to standard error.',
    },
    { command: 'log-shipper stdout:', summary: 'Prints every line here, with the name of its container.' },
  ],
};
