import type { Labels } from '@wharf/record-schema';
import type { AnswerContext } from '../answer/context.ts';
import { nobodyElse } from '../answer/outside-lookup.ts';
import { createZoneLookup } from '../answer/zone.ts';

/** A context for tests of one zone, in which no name exists and all TTLs are 5 s, but for what `more` says. */
export function answerContext(domain: Labels, more: Partial<AnswerContext> = {}): AnswerContext {
  return {
    server: undefined,
    policy: { ttlSeconds: 1, minTtlSeconds: 1, priority: 10 },
    zoneOf: createZoneLookup([{ domain, hostmaster: ['h', ...domain] }]),
    lookUp: () => undefined,
    listBelow: () => [],
    elsewhere: nobodyElse,
    ttlOf: () => 5,
    serial: 0,
    turn: 0,
    ...more,
  };
}
