import { type Logger, silentLogger } from '@wharf/agent';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ContainerRecords } from '../records/container-records.ts';
import { sketchRecords } from '../testing/sketch-records.ts';
import { createSkipReporter, type SkipReporter } from './skip-reporter.ts';

let said: string[];
let reporter: SkipReporter;

beforeEach(() => {
  said = [];
  const write =
    (level: string) =>
    (_: unknown, message: string): void =>
      void said.push(level === 'info' ? message : `${level} ${message}`);
  const log: Logger = { ...silentLogger, info: write('info'), warn: write('warn'), error: write('error') };
  reporter = createSkipReporter(log);
});

function skipping(...reasons: readonly string[]): ContainerRecords {
  return { ...sketchRecords('web', []), skipped: reasons.map((reason) => ({ port: '80/tcp', reason })) };
}

describe('reportPart', () => {
  it('says each reason and warning once, for as long as it holds', () => {
    reporter.reportPart('web', { ...skipping('one', 'two'), warnings: ['three'] });
    reporter.reportPart('web', skipping('two', 'four'));
    reporter.reportPart('web', skipping('one'));
    expect(said).toEqual(['one', 'two', 'warn three', 'four', 'one']);
  });

  it('warns of what somebody has to mend', () => {
    const skipped = [{ port: '80/tcp', reason: 'bad', isFault: true } as const];
    reporter.reportPart('web', { ...skipping(), skipped });
    expect(said).toEqual(['warn bad']);
  });

  it('remembers nothing of a container that is gone', () => {
    reporter.reportPart('web', skipping('one'));
    reporter.reportPart('web', undefined);
    reporter.reportPart('web', skipping('one'));
    expect(said).toEqual(['one', 'one']);
  });
});

describe('reportDuplicates', () => {
  it.each([
    {
      duplicate: { key: '/k', holder: 'a', loser: 'b' },
      sentence: 'containers a and b ask for the same key /k: a, which started first, has it',
    },
    {
      duplicate: { key: '/k', holder: 'a', loser: 'b', byOwnId: true } as const,
      sentence: 'containers a and b ask for the same key /k: a, whose own ID it is, has it',
    },
    {
      duplicate: { key: '/k', holder: 'a', loser: 'a', ports: ['80/tcp', '443/tcp'] as const },
      sentence: 'container a: ports 80/tcp and 443/tcp ask for the same key /k: 80/tcp has it',
    },
    {
      duplicate: { key: '/k', holder: 'a', loser: 'a', ports: ['80/tcp', '80/tcp'] as const },
      sentence: 'container a: two services of port 80/tcp ask for the same key /k: the first has it',
    },
  ])('says: $sentence', ({ duplicate, sentence }) => {
    reporter.reportDuplicates([duplicate]);
    reporter.reportDuplicates([duplicate]);
    expect(said).toEqual([`error ${sentence}`]);
  });

  it('says it again after it was settled', () => {
    const duplicate = { key: '/k', holder: 'a', loser: 'b' };
    for (const duplicates of [[duplicate], [], [duplicate]]) reporter.reportDuplicates(duplicates);
    expect(said).toHaveLength(2);
  });
});
