import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { answererOf } from './records-of-type.ts';
import { resolve } from './resolve.ts';

describe('resolve', () => {
  const hosts: Readonly<Record<string, string>> = {
    a: 'b.org',
    b: 'A.ORG',
    self: 'self.org',
    out: 'x.net',
    web: '10.0.0.1',
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
    ['out', 'elsewhere', 1],
    ['self', 'elsewhere', 1],
    ['a', 'elsewhere', 2],
  ])('%s comes to %s after %d aliases', (label, outcome, aliases) => {
    const resolution = resolve([label, 'org'], answererOf('A'), context);
    expect(resolution).toMatchObject({ outcome, aliases: { length: aliases } });
  });
});
