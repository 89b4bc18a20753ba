import { describe, expect, it } from 'vitest';
import { excludedLabelsType, findExcludedLabel } from './excluded-labels.ts';

const excludes = (text: string, labels: Readonly<Record<string, string>>) => {
  const parsed = excludedLabelsType.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return findExcludedLabel(new Map(Object.entries(labels)), parsed.value)?.name;
};

describe('excluded labels', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['quiet', { quiet: 'true' }, 'quiet'],
    ['quiet', { quiet: 'TRUE' }, 'quiet'],
    ['quiet', { quiet: 'yes' }, undefined],
    ['quiet', {}, undefined],
    ['tier:Back', { tier: 'back' }, 'tier'],
    ['tier:back', { tier: 'front' }, undefined],
    ['quiet; tier:back ;', { tier: 'back' }, 'tier'],
    ['url:http://x:1', { url: 'http://x:1' }, 'url'],
    ['empty:', { empty: '' }, 'empty'],
    ['', { '': 'true' }, undefined],
  ])('%j of %j', (text, labels, name) => {
    expect(excludes(text, labels)).toBe(name);
  });

  it.each([':', ':true', 'quiet;:x', ' : '])('%j has a label without a name', (text) => {
    expect(excludedLabelsType.parse(text)).toEqual({ ok: false, error: 'has a label without a name' });
  });
});
