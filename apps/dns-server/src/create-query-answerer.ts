import type { Metrics } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import { type AnswerSources, createAnswerer } from './answer/create-answerer.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import { hearOptions, type OptionSettings, replyToOptions, withOptions } from './edns/request-options.ts';
import type { ServerCookies } from './edns/server-cookies.ts';
import type { Forwarding } from './forwarding.ts';
import type { Client } from './io/responder.ts';
import { TCP_IDLE_TIMEOUT_MS } from './io/tcp-server.ts';
import type { dnsServerMetrics } from './metrics.ts';
import type { Asker } from './upstream/create-forwarder.ts';
import { hasStubOption } from './upstream/stub-option.ts';

/** Answers a client's query, now or when others have been asked; undefined when it must not be answered. */
export type QueryAnswerer = (query: Message, client: Client) => Message | undefined | Promise<Message | undefined>;

export interface QueryAnswererOptions {
  readonly listen: DnsServerConfig['listen'];
  readonly sources: AnswerSources;
  readonly forwarding: Pick<Forwarding, 'complete' | 'isAvailableTo'>;
  readonly cookies: ServerCookies;
  readonly metrics: Pick<Metrics<typeof dnsServerMetrics>, 'cookies'>;
}

/** Answers by a configuration: what the query's options want, what the records say, and what others say. */
export function createQueryAnswerer(answers: AnswerConfig, options: QueryAnswererOptions): QueryAnswerer {
  const { listen, sources, forwarding, metrics } = options;
  const answerQuestion = createAnswerer(answers, listen, sources);
  const { edns } = answers;
  const settings: OptionSettings = {
    cookies: edns.cookies ? options.cookies : undefined,
    nsid: edns.nsid === undefined ? undefined : Buffer.from(edns.nsid),
    tcpIdleMs: TCP_IDLE_TIMEOUT_MS,
    wallMs: () => sources.wallMs(),
  };
  return (query, client) => {
    const heard = hearOptions(query.edns, client, settings);
    if (heard.type === 'heard' && heard.cookie !== undefined) metrics.cookies.inc({ verdict: heard.cookie });
    const settled = replyToOptions(query, heard);
    // The client is known only until this returns.
    const recursionAvailable = forwarding.isAvailableTo(client);
    if (settled !== undefined) return { ...settled, recursionAvailable };
    const turn = sources.random();
    return forwarding.complete(askerOf(query, client), (lookup) => {
      const reply = answerQuestion(query, lookup, turn);
      return reply === undefined ? undefined : { ...withOptions(reply, heard), recursionAvailable };
    });
  };
}

function askerOf({ recursionDesired, edns }: Message, client: Client): Asker {
  return {
    isLocal: () => client.isLocal(),
    recursionDesired,
    dnssecOk: edns?.dnssecOk ?? false,
    cameFromStub: hasStubOption(edns),
  };
}
