import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceIdOf, instanceLabel } from './instance-label.ts';
import { segmentProblem } from './key.ts';
import { labelProblem } from './label.ts';

const ids = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.string({ unit: fc.constantFrom('%', '2', 'f', '~', '/', '.', 'a', '\n', '\u00e9'), maxLength: 70 }),
);

describe('instanceLabel', () => {
  it.each([
    'host:box:8080',
    'host:box:8080:udp',
    'ip-10-0-0-1.example.org:team_web_1:80',
    'Web 1',
    'caf\u00e9',
    'a'.repeat(63),
  ])('keeps %j as it is', (id) => {
    expect(instanceLabel(id)).toBe(id);
  });

  it.each([
    ['eu/1', 'eu%2f1'],
    ['100%', '100%25'],
    ['a\nb', 'a%0ab'],
    ['\u0085', '%c2%85'],
    ['.', '%2e'],
    ['..', '%2e%2e'],
    ['...', '...'],
    ['', '%'],
  ])('maps %j to %s and back', (id, label) => {
    expect(instanceLabel(id)).toBe(label);
    expect(instanceIdOf(label)).toBe(id);
  });

  it('cuts what is too long, between characters, and tells two long IDs apart by their checksum', () => {
    const long = `host:${'\u00e9'.repeat(60)}`;
    const labels = [instanceLabel(`${long}:1`), instanceLabel(`${long}:2`)];
    expect(labels[0]).toMatch(/^host:\u00e9{20}%~[0-9a-f]{16}$/);
    expect(new Set(labels).size).toBe(2);
    expect(labels.map(instanceIdOf)).toEqual([undefined, undefined]);
  });

  it('always gives a label that a key can hold', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const label = instanceLabel(id);
        expect([labelProblem(label), segmentProblem(label)]).toEqual([undefined, undefined]);
      }),
    );
  });

  it('can be read back unless it was cut', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const label = instanceLabel(id);
        expect(instanceIdOf(label)).toBe(label.includes('%~') ? undefined : id);
      }),
    );
  });
});

describe('instanceIdOf', () => {
  it.each(['%2F', '%61', 'a%', 'a%2', '%zz', 'a/b', '..'])('knows that no ID gives %j', (label) => {
    expect(instanceIdOf(label)).toBeUndefined();
  });
});
