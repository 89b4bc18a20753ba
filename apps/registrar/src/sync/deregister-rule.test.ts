import { describe, expect, it } from 'vitest';
import { keepsRecords } from './deregister-rule.ts';

describe('keepsRecords', () => {
  it.each([
    ['always', 1, false],
    ['always', 0, false],
    ['on-success', 0, false],
    ['on-success', 137, false],
    ['on-success', 143, false],
    ['on-success', 1, true],
    ['on-success', 139, true],
    ['on-success', undefined, false],
  ] as const)('%s, exit code %s: %s', (rule, code, kept) => {
    expect(keepsRecords(rule, code)).toBe(kept);
  });
});
