import { decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createAnswering } from '../testing/create-answering.ts';
import { expectedReplies, readScenarios } from '../testing/read-scenarios.ts';
import { showReply } from '../testing/shown-reply.ts';

describe('the scenarios, over the pure functions', () => {
  it.each(readScenarios())('%s', (_file, { args, steps }) => {
    const server = createAnswering(args, () => 0.999);
    const shown: unknown[] = [];
    for (const step of steps) {
      if (step.type === 'put') server.put(step.key, step.value);
      else if (step.type === 'delete') server.remove(step.key);
      else {
        const query = encodeDnsQuery({ name: step.name, type: step.recordType, ...(step.edns ? { edns: {} } : {}) });
        const { reply, problem } = server.respond(query, 'tcp');
        if (reply === undefined) throw new Error(`${step.title}: no reply: ${problem}`);
        shown.push({ query: step.title, ...showReply(decodeDnsReply(reply.bytes)) });
      }
    }
    expect(shown).toEqual(expectedReplies(steps));
  });
});
