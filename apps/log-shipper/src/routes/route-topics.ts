import type { HelpTopic, OptionTable } from '@wharf/agent';
import { knownRouteOptions } from './known-route-options.ts';

/** What stands before `://` in a route; each also as `multiline+...`. */
const adapters: HelpTopic = {
  title: 'Adapters',
  rows: [
    { term: 'syslog, syslog+udp', summary: 'A datagram a message; port 514 unless given.' },
    { term: 'syslog+tcp', summary: 'Over one connection; port 514 unless given.' },
    { term: 'syslog+tls', summary: 'The same over TLS; port 6514 unless given.' },
    { term: 'syslog+relp, relp', summary: 'Over RELP, acknowledged; port 2514 unless given.' },
    { term: 'syslog+relps, relps', summary: 'RELP over TLS; port 2514 unless given.' },
    { term: 'raw, raw+udp, udp', summary: 'What -raw-format makes of a line, a datagram each.' },
    { term: 'raw+tcp, tcp', summary: 'The same over one connection.' },
    { term: 'raw+tls, tls', summary: 'The same over TLS.' },
    { term: 'loki+http, loki+https', summary: 'Pushes to Grafana Loki.' },
    { term: 'elasticsearch+http, elasticsearch+https', summary: 'Bulk requests to Elasticsearch or OpenSearch.' },
    { term: 'json+http, json+https', summary: 'An object a line, application/x-ndjson.' },
    { term: 'stdout:', summary: 'Prints lines here, with the names of their containers.' },
    { term: 'multiline+...', summary: 'Any of them, with lines joined as -multiline-pattern says.' },
  ],
};

const filters: HelpTopic = {
  title: 'Filters of a route',
  rows: [
    { term: 'filter.id=<prefix>', summary: 'Only containers whose ID begins so.' },
    { term: 'filter.name=<pattern>', summary: "Only containers whose name matches, in the syntax of Go's path.Match." },
    { term: 'filter.labels=<label:pattern,...>', summary: 'Only containers of which each label matches.' },
    { term: 'filter.sources=<stdout,stderr>', summary: 'Only lines of these.' },
  ],
};

/** The options of a route that are no filters: those that the agent has as flags too by name alone. */
function routeOptionTopic(options: OptionTable): HelpTopic {
  const flags = new Set(Object.values(options).map(({ flag }) => flag));
  const own = knownRouteOptions.filter(({ name }) => !flags.has(name));
  const shared = knownRouteOptions.map(({ name }) => name).filter((name) => flags.has(name));
  return {
    title: 'Options of a route',
    section: 'route-options',
    rows: [
      ...own.map(({ name, summary }) => ({ term: `${name}=`, summary })),
      {
        term: '<flag>=',
        summary: `As the agent's option, which it beats, for this route alone: ${shared.join(', ')}.`,
      },
    ],
  };
}

/** What `-help` says of routes. */
export function routeTopics(options: OptionTable): readonly HelpTopic[] {
  return [adapters, filters, routeOptionTopic(options)];
}
