import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainProblem, isDomain, parseDomain, renderDomain } from './domain.ts';
import { decodeUtf8 } from './utf8.ts';

describe('parseDomain', () => {
  it.each([
    ['web.example.org', ['web', 'example', 'org']],
    ['web.example.org.', ['web', 'example', 'org']],
    ['.', []],
    ['Web.EXAMPLE', ['Web', 'EXAMPLE']],
    ['caf\u00e9.example', ['caf\u00e9', 'example']],
    ['caf\\195\\169.example', ['caf\u00e9', 'example']],
    ['Dr\\. Smith.example', ['Dr. Smith', 'example']],
    ['a\\\\b', ['a\\b']],
    ['\\065', ['A']],
    ['\\255', ['\udcff']],
    ['tab\\009', ['tab\t']],
    ['ends-in-a-dot\\.', ['ends-in-a-dot.']],
    ['host:box:8080.web.example', ['host:box:8080', 'web', 'example']],
  ])('reads %j', (text, labels) => {
    expect(parseDomain(text)).toEqual({ ok: true, value: labels });
  });

  it.each([
    ['', 'the name is empty'],
    ['..', 'a label is empty'],
    ['.example', 'a label is empty'],
    ['a..b', 'a label is empty'],
    ['a..', 'a label is empty'],
    ['a\\', 'it ends in a backslash with nothing to escape'],
    ['\\25', '\\25 is no octet: it takes three digits, 000 to 255'],
    ['\\256', '\\256 is no octet: it takes three digits, 000 to 255'],
    ['a\ud800', 'it has half of a surrogate pair, which UTF-8 cannot express'],
    ['\u00e9'.repeat(32), 'a label has 64 octets, at most 63 fit'],
    [`${'a.'.repeat(127)}b`, 'the name has 257 octets on the wire, at most 255 fit'],
  ])('refuses %j', (text, reason) => {
    expect(parseDomain(text)).toEqual({ ok: false, error: reason });
  });

  it.each(['a'.repeat(63), '\u00e9'.repeat(31), 'a.'.repeat(127)])('takes the longest that fits: %j', (text) => {
    expect(parseDomain(text).ok).toBe(true);
  });
});

describe('isDomain', () => {
  it('is what parseDomain takes', () => {
    const label = fc.string({ unit: fc.constantFrom('a', 'Z', '7', '_', ':', '\\', '.', '\u00e9'), maxLength: 66 });
    fc.assert(
      fc.property(fc.array(fc.oneof(label, fc.constant('x'.repeat(63))), { maxLength: 6 }), (labels) => {
        const text = labels.join('.');
        expect(isDomain(text)).toBe(parseDomain(text).ok);
      }),
    );
  });

  it.each([
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
    [`${'a.'.repeat(126)}b`, true],
    [`${'a.'.repeat(126)}bc`, false],
  ])('measures %j', (text, expected) => {
    expect(isDomain(text)).toBe(expected);
    expect(parseDomain(text).ok).toBe(expected);
  });
});

describe('renderDomain', () => {
  it.each([
    [[], '.'],
    [['web', 'example'], 'web.example'],
    [['Dr. Smith', 'example'], 'Dr\\.\\032Smith.example'],
    [['a\\b'], 'a\\\\b'],
    [['\n', '\udcff', '\u2028', '\u202e'], '\\010.\\255.\\226\\128\\168.\\226\\128\\174'],
    [['caf\u00e9'], 'caf\u00e9'],
  ])('writes %j as %s', (labels, text) => {
    expect(renderDomain(labels)).toBe(text);
  });

  it('is read back by parseDomain for any octets', () => {
    const label = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 63 }).map(decodeUtf8);
    const labels = fc.array(label, { maxLength: 5 }).filter((given) => domainProblem(given) === undefined);
    fc.assert(
      fc.property(labels, (given) => {
        expect(parseDomain(renderDomain(given))).toEqual({ ok: true, value: given });
      }),
    );
  });
});
