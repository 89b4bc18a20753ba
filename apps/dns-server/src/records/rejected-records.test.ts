import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRejectedRecords } from './rejected-records.ts';

describe('createRejectedRecords', () => {
  it('keeps the first ones up to a limit, and takes more when some are gone', () => {
    const rejected = createRejectedRecords({ keys: 2 });
    for (const key of ['/a', '/b', '/c']) rejected.set(key, 'why');
    rejected.set('/a', 'why else');
    expect([...rejected.reasons]).toEqual([
      ['/b', 'why'],
      ['/a', 'why else'],
    ]);
    rejected.delete('/b');
    rejected.set('/c', 'why');
    expect([...rejected.reasons.keys()]).toEqual(['/a', '/c']);
  });

  it('keeps no more characters than it may, whatever comes and goes, and all where there is room', () => {
    const step = fc.record({
      key: fc.constantFrom('/a', '/bb', '/ccc', '/dddd', '/eeeee'),
      reason: fc.option(fc.string({ maxLength: 12 })),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
        const rejected = createRejectedRecords({ characters: 30 });
        const roomy = createRejectedRecords({ characters: 5 * 18 });
        const all = new Map<string, string>();
        for (const { key, reason } of steps) {
          if (reason === null) for (const one of [rejected, roomy, all]) one.delete(key);
          else for (const one of [rejected, roomy, all]) one.set(key, reason);
          const kept = [...rejected.reasons].flat().join('');
          expect(kept.length).toBeLessThanOrEqual(30);
          expect(roomy.reasons).toEqual(all);
        }
      }),
    );
  });
});
