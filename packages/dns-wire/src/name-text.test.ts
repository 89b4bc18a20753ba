import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem } from './name.ts';
import { parseName, renderName } from './name-text.ts';
import { readText } from './octets.ts';

describe('renderName', () => {
  it.each([
    [[], '.'],
    [['web', 'example', 'org'], 'web.example.org.'],
    [['_http', '_tcp', '*'], '_http._tcp.*.'],
    [['host:box:80', 'web'], 'host:box:80.web.'],
    [['Dr. Smith'], 'Dr\\.\\032Smith.'],
    [['a;"(b)@$\\'], 'a\\;\\"\\(b\\)\\@\\$\\\\.'],
    [['caf\u00e9', '\udcff', '\n', '\u202e'], 'caf\u00e9.\\255.\\010.\\226\\128\\174.'],
  ])('writes %j as %s', (name, text) => {
    expect(renderName(name)).toBe(text);
  });
});

describe('parseName', () => {
  it.each([
    ['.', []],
    ['Web.example.', ['Web', 'example']],
    ['a\\.b.c.', ['a.b', 'c']],
    ['\\065\\255.', ['A\udcff']],
    ['caf\\195\\169.', ['caf\u00e9']],
  ])('reads %s', (text, name) => {
    expect(parseName(text)).toEqual({ ok: true, value: name });
  });

  it.each([
    ['', 'it does not end in a dot'],
    ['web.example', 'it does not end in a dot'],
    ['a\\.', 'it does not end in a dot'],
    ['a..', 'a label is empty'],
    ['..', 'a label is empty'],
    ['a\\256.', '\\256 escapes nothing'],
    ['a\\25.', '\\2 escapes nothing'],
    ['a.\\', '\\ escapes nothing'],
    [`${'x'.repeat(64)}.`, 'a label has 64 octets, at most 63 fit'],
  ])('refuses %j: %s', (text, reason) => {
    expect(parseName(text)).toEqual({ ok: false, error: reason });
  });

  it('reads back any name that renderName writes', () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 }).map((octets) => readText(octets, 0, octets.length));
    const names = fc.array(label, { maxLength: 5 }).filter((name) => nameProblem(name) === undefined);
    fc.assert(
      fc.property(names, (name) => {
        expect(parseName(renderName(name))).toEqual({ ok: true, value: name });
      }),
    );
  });
});
