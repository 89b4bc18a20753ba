import { describe, expect, it } from 'vitest';
import { chooseServiceTargets } from './choose-service-targets.ts';

const record = (target: string, priority = 0, port = 514) => ({ target, priority, port, weight: 0, ttlSeconds: 60 });

describe('chooseServiceTargets', () => {
  it('takes the best first, and not too many', () => {
    const records = Array.from({ length: 70 }, (_, index) => record(`t${index}`, 70 - index));
    const chosen = chooseServiceTargets(records);
    expect(chosen).toHaveLength(64);
    expect(chosen[0]?.target).toBe('t69');
  });

  it.each([[[record('')]], [[record('a', 0, 0)]]])('says that the service is not offered: %j', (records) => {
    expect(() => chooseServiceTargets(records)).toThrow('the service is not offered');
  });

  it('passes over a target that stands for none beside others', () => {
    expect(chooseServiceTargets([record(''), record('a')])).toEqual([record('a')]);
  });
});
