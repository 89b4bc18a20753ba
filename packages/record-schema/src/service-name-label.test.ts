import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceNameProblem } from './record-key.ts';
import { serviceNameLabel, serviceNameOf } from './service-name-label.ts';

const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.string({ unit: fc.constantFrom('%', '2', 'e', '~', '/', '.', 'a', '\n', '\u00e9'), maxLength: 70 }),
);

describe('serviceNameLabel', () => {
  it.each(['web', 'web-8080', '_http', 'My Service', 'caf\u00e9', 'a:b', 'a'.repeat(63)])(
    'keeps %j as it is',
    (name) => {
      expect(serviceNameLabel(name)).toBe(name);
    },
  );

  it.each([
    ['my.app', 'my%2eapp'],
    ['..', '%2e%2e'],
    ['../..', '%2e%2e%2f%2e%2e'],
    ['100%', '100%25'],
    ['a\nb', 'a%0ab'],
    ['', '%'],
  ])('maps %j to %s and back', (name, label) => {
    expect(serviceNameLabel(name)).toBe(label);
    expect(serviceNameOf(label)).toBe(name);
  });

  it('keeps every name that can be a label, and makes a label of every other', () => {
    fc.assert(
      fc.property(names, (name) => {
        const label = serviceNameLabel(name);
        expect(serviceNameProblem(label)).toBeUndefined();
        const isKept = serviceNameProblem(name) === undefined && !name.includes('%');
        expect(label === name).toBe(isKept);
      }),
    );
  });

  it('can be read back unless it was cut', () => {
    fc.assert(
      fc.property(names, (name) => {
        const label = serviceNameLabel(name);
        expect(serviceNameOf(label)).toBe(label.includes('%~') ? undefined : name);
      }),
    );
  });

  it('tells two long names apart by their checksum', () => {
    const labels = ['1', '2'].map((last) => serviceNameLabel(`${'a.'.repeat(40)}${last}`));
    expect(new Set(labels).size).toBe(2);
    for (const label of labels) expect(label).toMatch(/^(a%2e){11}a%~[0-9a-f]{16}$/);
  });
});

describe('serviceNameOf', () => {
  it.each(['my.app', '%2E', '%61', 'a%', 'a/b', 'x'.repeat(64)])('knows that no name gives %j', (label) => {
    expect(serviceNameOf(label)).toBeUndefined();
  });
});
