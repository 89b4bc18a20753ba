import { type Logger, silentLogger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createRejectionReporter, MAX_NAMED_PER_UPDATE } from './report-rejected.ts';

describe('createRejectionReporter', () => {
  it('names the first records of each update and counts the others', () => {
    const lines: unknown[] = [];
    const log: Logger = { ...silentLogger, warn: (fields) => lines.push(fields) };
    const reporter = createRejectionReporter(log);
    for (let n = 0; n < MAX_NAMED_PER_UPDATE + 3; n++) reporter.onRejected(`/key/${n}`, 'it is not JSON');
    reporter.onUpdated();
    expect(lines).toHaveLength(MAX_NAMED_PER_UPDATE + 1);
    expect(lines[0]).toEqual({ key: '/key/0', reason: 'it is not JSON' });
    expect(lines.at(-1)).toEqual({ count: 3 });
    reporter.onRejected('/key/again', 'it is not JSON');
    reporter.onUpdated();
    expect(lines).toHaveLength(MAX_NAMED_PER_UPDATE + 2);
  });
});
