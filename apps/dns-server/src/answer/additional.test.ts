import type { ResourceRecord } from '@wharf/dns-wire';
import { type Labels, renderDomain } from '@wharf/record-schema';
import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { additionalRecords, MAX_RECORDS_READ } from './additional.ts';
import { MAX_RECORDS_BEHIND } from './addresses.ts';

const owner = { name: ['a', 'org'], class: 'IN', ttl: 1 } as const;
const srv = (target: Labels): ResourceRecord => ({ ...owner, type: 'SRV', priority: 0, weight: 0, port: 0, target });
const service = ['_web', '_tcp', 'org'];
const ptr = (target: Labels): ResourceRecord => ({ ...owner, type: 'PTR', target });

describe('additionalRecords', () => {
  /** Every name there is has one address; the names that were looked up, and how many records came of it. */
  const run = (answers: readonly ResourceRecord[]) => {
    const lookedUp: string[] = [];
    const context = answerContext(['org'], {
      lookUp: (name) => {
        lookedUp.push(renderDomain(name));
        return [record(name, { host: '10.0.0.1' })];
      },
    });
    const types = additionalRecords(answers, context).map(({ type }) => type);
    return { lookedUp, types };
  };

  it('looks each target up once, however many answers point to it', () => {
    const web = ['web', 'org'];
    expect(run([srv(web), srv(['WEB', 'org']), srv(web)])).toEqual({ lookedUp: ['web.org'], types: ['A'] });
  });

  it('looks at most a hundred up', () => {
    const answers = Array.from({ length: 300 }, (_, n) => srv([String(n), 'org']));
    expect(run(answers).lookedUp).toHaveLength(100);
  });

  it('stops at a limit of records, however they point to each other', () => {
    let read = 0;
    const context = answerContext(['org'], {
      lookUp: (name) => {
        read += 500;
        return Array.from({ length: 500 }, (_, n) => record(name, { host: `${n}.org` }));
      },
    });
    const answers = Array.from({ length: 100 }, (_, n) => [srv([String(n), 'org']), ptr([String(n), ...service])]);
    additionalRecords(answers.flat(), context);
    // What the last name led to is still looked at: once for its alias, and once for its addresses.
    expect(read).toBeLessThanOrEqual(MAX_RECORDS_READ + 3 * MAX_RECORDS_BEHIND);
  });

  it('looks at nothing outside of the zone', () => {
    expect(run([srv(['web', 'net']), ptr(['one', '_web', '_tcp', 'net'])])).toEqual({ lookedUp: [], types: [] });
  });

  it('adds SRV and TXT of an instance of DNS-SD before its addresses, and nothing of other names', () => {
    const { types } = run([ptr(['one', '_web', '_tcp', 'org']), ptr(['_web', '_tcp', 'org']), ptr(['org'])]);
    expect(types).toEqual(['SRV', 'TXT', 'A']);
  });
});
