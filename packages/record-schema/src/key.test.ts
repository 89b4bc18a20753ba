import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf, keyPrefixOf, labelsOfKey } from './key.ts';

describe('keyOf', () => {
  it.each(['skydns', '/skydns', 'skydns/', '//skydns//'])('reverses the name under the prefix %j', (prefix) => {
    expect(keyOf(prefix, ['1', 'web', 'east', 'skydns', 'local'])).toEqual({
      ok: true,
      value: '/skydns/local/skydns/east/web/1',
    });
  });

  it.each([
    ['teams/a', ['web'], '/teams/a/web'],
    ['', ['web', 'local'], '/local/web'],
    ['skydns', [], '/skydns'],
    ['skydns', ['Dr. Smith', 'local'], '/skydns/local/Dr. Smith'],
  ])('under %j gives %j the key %s', (prefix, labels, key) => {
    expect(keyOf(prefix, labels)).toEqual({ ok: true, value: key });
  });

  it.each([
    [['a/b', 'local'], 'it contains a slash, which separates labels in a key'],
    [['..', 'local'], '".." would be a step in a path, not a name'],
    [['.', 'local'], '"." would be a step in a path, not a name'],
    [['a\nb'], 'it contains a control character'],
    [['\udcff'], 'it is not UTF-8, and keys are'],
    [['', 'local'], 'a label is empty'],
    [['a'.repeat(64)], 'a label has 64 octets, at most 63 fit'],
  ])('refuses %j', (labels, reason) => {
    const result = keyOf('skydns', labels);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.error).toContain(reason);
  });
});

describe('keyPrefixOf', () => {
  it.each([
    [['skydns', 'local'], '/skydns/local/skydns/'],
    [[], '/skydns/'],
  ])('of %j is %s', (domain, prefix) => {
    expect(keyPrefixOf('skydns', domain)).toEqual({ ok: true, value: prefix });
  });
});

describe('labelsOfKey', () => {
  it.each([
    ['/skydns/local/skydns/east/web/1', ['1', 'web', 'east', 'skydns', 'local']],
    ['/skydns/local/web/host:box:8080:udp', ['host:box:8080:udp', 'web', 'local']],
    ['/skydns/config', ['config']],
  ])('of %s is %j', (key, labels) => {
    expect(labelsOfKey('skydns', key)).toEqual(labels);
  });

  it('keeps labels that are too long for DNS, for the sake of the names above them', () => {
    expect(labelsOfKey('skydns', `/skydns/local/web/${'x'.repeat(80)}`)).toEqual(['x'.repeat(80), 'web', 'local']);
  });

  it.each(['/skydns', '/skydns/', '/skydns2/local', '/other/skydns/local', '/skydns//local', '/skydns/local/', ''])(
    'knows that %j is no record of the prefix',
    (key) => expect(labelsOfKey('skydns', key)).toBeUndefined(),
  );

  it('is the inverse of keyOf', () => {
    const labels = fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom('skydns', 'a/b', ''), labels, (prefix, given) => {
        const key = keyOf(prefix, given);
        fc.pre(key.ok);
        expect(labelsOfKey(prefix, key.ok ? key.value : '')).toEqual(given);
      }),
    );
  });
});
