import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostnameLabel, idOfHostnameLabel } from './hostname-label.ts';

const tricky = fc.constantFrom('-', '-', '0', '3', 'a', 'x', 'X', 'n', ':', '\u00e9', '\u017f', '\u212a');
const ids = fc.oneof(
  fc.string({ unit: tricky, maxLength: 8 }),
  fc.string({ unit: tricky, maxLength: 70 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const isCut = (label: string): boolean => /--x[0-9a-f]{16}$/.test(label);

describe('hostnameLabel', () => {
  it.each(['web', 'Web-1', '0', '0-a', '80', 'xn', 'xn-a', '0x', 'a'.repeat(63)])('keeps %j as it is', (id) => {
    expect(hostnameLabel(id)).toBe(id);
    expect(idOfHostnameLabel(id)).toBe(id);
  });

  it.each([
    ['host:web:80', 'host--3aweb--3a80'],
    ['host:web:80:udp', 'host--3aweb--3a80--3audp'],
    ['my_service', 'my--5fservice'],
    ['my.app', 'my--2eapp'],
    ['caf\u00e9', 'caf--c3--a9'],
    ['\u212a', '0--e2--84--aa'],
    ['_http', '0--5fhttp'],
    ['a_', 'a--5f'],
    ['-a', '0--2da'],
    ['a-', 'a--2d'],
    ['-', '0--2d'],
    ['a--b', 'a--2d--2db'],
    ['a-_b', 'a--2d--5fb'],
    ['a--3ab', 'a--2d--2d3ab'],
    ['0:80', '0--30--3a80'],
    ['0--5fhttp', '0--30--2d--2d5fhttp'],
    ['00:80', '00--3a80'],
    ['xn--bcher-kva', '0--78n--2d--2dbcher-kva'],
    ['XN:1', '0--58N--3a1'],
    ['axn:1', 'axn--3a1'],
    ['', '0--x'],
    ['/', '0--2f'],
  ])('maps %j to %s and back', (id, label) => {
    expect(hostnameLabel(id)).toBe(label);
    expect(idOfHostnameLabel(label)).toBe(id);
  });

  it('cuts what is too long, between escapes, and tells two long IDs apart by their checksum', () => {
    const labels = ['1', '2'].map((last) => hostnameLabel(`host:${'\u00e9'.repeat(30)}:${last}`));
    expect(labels[0]).toMatch(/^host--3a(--c3--a9){4}--c3--x[0-9a-f]{16}$/);
    expect(new Set(labels).size).toBe(2);
    expect(labels.map(idOfHostnameLabel)).toEqual([undefined, undefined]);
  });

  it('always gives the label of a host name, and never that of an internationalised one', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const label = hostnameLabel(id);
        expect(label).toMatch(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/);
        expect(label).not.toMatch(/^xn--/i);
      }),
    );
  });

  it('can be read back unless it was cut, and shows which it is', () => {
    fc.assert(
      fc.property(ids, (id) => {
        const label = hostnameLabel(id);
        expect(idOfHostnameLabel(label)).toBe(isCut(label) ? undefined : id);
      }),
    );
  });

  it('gives different IDs different labels, cut or not', () => {
    fc.assert(
      fc.property(fc.uniqueArray(ids, { maxLength: 30 }), (several) => {
        expect(new Set(several.map(hostnameLabel)).size).toBe(several.length);
      }),
    );
  });

  it('does not take the label of a long ID for that of a short one', () => {
    fc.assert(
      fc.property(fc.string({ unit: tricky, minLength: 64, maxLength: 90 }), (long) => {
        const label = hostnameLabel(long);
        expect(hostnameLabel(label)).not.toBe(label);
      }),
    );
  });
});

describe('idOfHostnameLabel', () => {
  it.each([
    '--3a',
    '0--30',
    '0--78',
    'a--3A',
    'a--62',
    'a--',
    'a-',
    '-a',
    'a_b',
    'xn--3a',
    'a--zz',
    '',
    'x'.repeat(64),
  ])('knows that no ID gives %j', (label) => {
    expect(idOfHostnameLabel(label)).toBeUndefined();
  });

  it('gives either nothing or an ID with exactly this label', () => {
    const labels = fc.string({ unit: fc.constantFrom('-', '-', '0', '3', 'a', 'x', 'n', '\u00e9'), maxLength: 24 });
    fc.assert(
      fc.property(labels, (label) => {
        const id = idOfHostnameLabel(label);
        expect(id === undefined ? label : hostnameLabel(id)).toBe(label);
      }),
    );
  });
});
