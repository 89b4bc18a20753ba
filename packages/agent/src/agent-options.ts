import { type HostPort, hostPort } from './address-types.ts';
import { choice, orOff } from './option-types.ts';
import { defineOptions } from './options.ts';
import { syslogTarget } from './syslog-target.ts';

/** The options that every agent has; `adminAddr` is where its admin HTTP listens unless told otherwise. */
export function agentOptionsWith({ adminAddr }: { readonly adminAddr: HostPort | undefined }) {
  return defineOptions({
    logLevel: {
      flag: 'log-level',
      variables: ['LOG_LEVEL'],
      type: choice(['debug', 'info', 'warn', 'error']),
      default: 'info',
      summary: 'The least severe log lines that are written.',
    },
    logFormat: {
      flag: 'log-format',
      variables: ['LOG_FORMAT'],
      type: choice(['auto', 'json', 'text']),
      default: 'auto',
      summary: 'How log lines look on standard error: auto is text on a terminal and JSON elsewhere.',
    },
    logTo: {
      flag: 'log-to',
      variables: ['LOG_TO'],
      type: orOff(syslogTarget()),
      default: undefined,
      summary: 'A syslog server for log lines besides standard error: syslog+udp:// or syslog+tcp://, [host][:port].',
      example: 'syslog+tcp://logs.example.org:514',
    },
    adminAddr: {
      flag: 'admin-addr',
      variables: ['ADMIN_ADDR'],
      type: orOff(hostPort()),
      default: adminAddr,
      summary: 'Where /metrics, /healthz, /readyz and /debug are served: off is nowhere, port 0 takes a free one.',
    },
  });
}

/** The table that every agent's own options are added to. */
export type AgentOptions = ReturnType<typeof agentOptionsWith>;
