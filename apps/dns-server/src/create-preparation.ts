import type { Clock, HostPort, Metrics } from '@wharf/agent';
import type { AnswerSources } from './answer/create-answerer.ts';
import type { AnswerConfig } from './config.ts';
import type { ServerCookies } from './edns/server-cookies.ts';
import type { Forwarding } from './forwarding.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createCookieWriter } from './prepared/cookie-writer.ts';
import { createFastObserver } from './prepared/fast-observer.ts';
import {
  createPreparedAnswers,
  type PreparedAnswers,
  type PreparedAnswersOptions,
} from './prepared/prepared-answers.ts';
import { createPreparedStore } from './prepared/prepared-store.ts';

export interface PreparationOptions extends Pick<PreparedAnswersOptions, 'nameSeed' | 'leaseEnd'> {
  readonly listen: HostPort;
  readonly sources: AnswerSources;
  readonly forwarding: Pick<Forwarding, 'isAvailableTo' | 'refusalFor'>;
  readonly cookies: ServerCookies;
  readonly clock: Clock;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
}

/** Prepares answers by one configuration after the other: memory and counts are for all of them, each ends the one before. */
export function createPreparation(options: PreparationOptions): (answers: AnswerConfig) => PreparedAnswers {
  const { sources, forwarding, cookies, metrics } = options;
  const store = createPreparedStore({
    seed: Math.floor(sources.random() * 2 ** 32),
    onSize: (questions) => metrics.preparedQuestions.set(questions),
    onEviction: () => metrics.preparedEvictions.inc(),
  });
  const observe = createFastObserver(metrics);
  const cookieWriter = createCookieWriter({
    cookies,
    wallMs: () => sources.wallMs(),
    onVerdict: (verdict) => metrics.cookies.inc({ verdict }),
  });
  return (answers) =>
    createPreparedAnswers({
      config: answers,
      listen: options.listen,
      sources,
      nameSeed: options.nameSeed,
      leaseEnd: options.leaseEnd,
      clock: options.clock,
      store,
      observe,
      cookies: answers.edns.cookies ? cookieWriter : undefined,
      isRecursionAvailable: (client) => forwarding.isAvailableTo(client),
      refusalFor: (asker) => forwarding.refusalFor(asker),
    });
}
