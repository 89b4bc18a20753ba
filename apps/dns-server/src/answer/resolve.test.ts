import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { answererOf } from './records-of-type.ts';
import { resolve } from './resolve.ts';

/** Names that each lead to the next, after `links` of them to one with the host `end`: `c1` to `c10` for 9. */
const chain = (label: string, links: number, end: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from({ length: links + 1 }, (_, n) => [`${label}${n + 1}`, n === links ? end : `${label}${n + 2}.org`]),
  );

describe('resolve', () => {
  const hosts: Readonly<Record<string, string>> = {
    a: 'b.org',
    b: 'A.ORG',
    self: 'self.org',
    out: 'x.net',
    web: '10.0.0.1',
    ...chain('c', 9, '10.0.0.1'),
    ...chain('r', 7, 'r1.org'),
    ...chain('o', 7, 'x.net'),
  };
  const context = answerContext(['org'], {
    lookUp: (name) => {
      const host = hosts[name[0]?.toLowerCase() ?? ''];
      return host === undefined ? undefined : [record(name, { host })];
    },
  });

  it.each([
    ['web', 'data', 0],
    ['nobody', 'no-name', 0],
    ['out', 'outside', 1],
    ['self', 'circle', 1],
    ['a', 'circle', 2],
    ['c2', 'data', 8],
    ['c1', 'too-long', 8],
    ['r1', 'circle', 8],
    ['o1', 'outside', 8],
  ])('%s comes to %s after %d aliases', (label, outcome, aliases) => {
    const resolution = resolve([label, 'org'], answererOf('A'), context);
    expect(resolution).toMatchObject({ outcome, aliases: { length: aliases } });
  });
});
