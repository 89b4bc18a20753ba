import { decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createZoneData } from '../records/zone-data.ts';
import { configureServer } from '../testing/configure-server.ts';
import { expectedReplies, readScenarios } from '../testing/read-scenarios.ts';
import { showReply } from '../testing/shown-reply.ts';
import { createAnswerer } from './create-answerer.ts';
import { respond } from './respond.ts';

describe('the scenarios, over the pure functions', () => {
  it.each(readScenarios())('%s', (_file, { args, steps }) => {
    const config = configureServer(args);
    const data = createZoneData({
      prefix: config.pathPrefix,
      nameSeed: 1,
      onRejected: () => undefined,
      onUpdated: () => undefined,
    });
    Array.from(data.keepAddresses(config.answers.autoPtr));
    const answer = createAnswerer(config.answers, config.listen, {
      index: () => data.index,
      recordsOfAddress: (address) => data.recordsOfAddress(address),
      state: () => 'current',
      remainingSeconds: () => undefined,
      wallMs: () => 0,
      server: { version: 'wharf', hostname: 'host' },
      random: () => 0.999,
    });
    const shown: unknown[] = [];
    let revision = 0;
    for (const step of steps) {
      revision++;
      if (step.type === 'put') {
        const entry = { key: step.key, value: step.value, createRevision: 1, modRevision: revision, lease: '0' };
        data.sink.applyChanges([{ type: 'put', entry }], revision);
      } else if (step.type === 'delete') {
        data.sink.applyChanges([{ type: 'delete', key: step.key, modRevision: revision }], revision);
      } else {
        const query = encodeDnsQuery({ name: step.name, type: step.recordType, ...(step.edns ? { edns: {} } : {}) });
        const { reply, problem } = respond(query, 'tcp', answer);
        if (reply === undefined) throw new Error(`${step.title}: no reply: ${problem}`);
        shown.push({ query: step.title, ...showReply(decodeDnsReply(reply.bytes)) });
      }
    }
    expect(shown).toEqual(expectedReplies(steps));
  });
});
