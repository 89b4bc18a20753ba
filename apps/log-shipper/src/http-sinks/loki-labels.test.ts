import { describe, expect, it } from 'vitest';
import { lokiLabelName, lokiLabels } from './loki-labels.ts';

const web = { host: 'east', id: 'f'.repeat(64), name: 'web', image: 'web:1', labels: [] };

describe('lokiLabelName', () => {
  it.each([
    ['tier', 'tier'],
    ['com.example/tier-1', 'com_example_tier_1'],
    ['1st', '_1st'],
    ['__name__', '_name__'],
    ['größe', 'gr__e'],
    ['', '_'],
  ])('%j becomes %s', (key, name) => {
    expect(lokiLabelName(key)).toBe(name);
  });
});

describe('lokiLabels', () => {
  it('keeps the first of labels with one name, and no empty one', () => {
    const labels = [
      ['a.b', '1'],
      ['a-b', '2'],
      ['source', 'x'],
      ['empty', ''],
    ] as const;
    expect([...lokiLabels({ ...web, labels }, 'stdout', 'error')]).toEqual([
      ['host', 'east'],
      ['container', 'web'],
      ['image', 'web:1'],
      ['source', 'stdout'],
      ['level', 'error'],
      ['a_b', '1'],
    ]);
  });

  it('has no more labels, nor longer values, than Loki takes', () => {
    const labels = Array.from({ length: 30 }, (_, index) => [`label${index}`, '€'.repeat(2_000)] as const);
    const found = lokiLabels({ ...web, labels }, 'stdout', undefined);
    expect(found.size).toBe(14);
    const value = found.get('label0') ?? '';
    expect(Buffer.byteLength(value)).toBeLessThanOrEqual(2_048);
    expect(value).toMatch(/^€{680,}$/);
  });
});
