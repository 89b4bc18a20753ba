import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStructuredData, sdElement, sdName, sdValue } from './structured-data.ts';

describe('sdElement', () => {
  it.each([
    [[], ''],
    [[['a', 'b']], '[x@1 a="b"]'],
    [
      [
        ['a', 'b'],
        ['a', ''],
      ],
      '[x@1 a="b" a=""]',
    ],
    [[['key name', 'say "hi" \\ [x]']], '[x@1 key_name="say \\"hi\\" \\\\ [x\\]"]'],
    [[['k', 'one\ntwo\r\0']], '[x@1 k="one two  "]'],
    [[['ключ', 'grüße 😀']], '[x@1 ____="grüße 😀"]'],
  ] satisfies readonly (readonly [readonly (readonly [string, string])[], string])[])(
    'of %j is %s',
    (params, element) => {
      expect(sdElement('x@1', params)).toBe(element);
    },
  );

  it('holds 32 parameters, values of 1,024 characters, and 8,192 in all', () => {
    const many = Array.from({ length: 40 }, (_, index) => [`p${index}`, 'v'] as const);
    expect(sdElement('x@1', many)).toMatch(/ p31="v"\]$/);
    expect(sdElement('x@1', [['k', 'v'.repeat(2_000)]])).toBe(`[x@1 k="${'v'.repeat(1_024)}"]`);
    expect(sdElement('x@1', [['k', `${'v'.repeat(1_023)}😀`]])).toBe(`[x@1 k="${'v'.repeat(1_023)}"]`);
    const large = Array.from({ length: 32 }, () => ['k', 'v'.repeat(1_024)] as const);
    expect(sdElement('x@1', large).match(/ k=/g)).toHaveLength(7);
  });

  it('is an SD-ELEMENT of which the values can be read again, whatever is put into it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ']', '=', ' ', '\n', 'é', '😀'), maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), (params) => {
        const element = sdElement('x@1', params);
        expect(element).toMatch(/^\[x@1(?: [!#-<>-\\^-~]{1,32}="(?:[^"\\\]\p{Cc}]|\\["\\\]])*")+\]$/u);
        const values = [...element.matchAll(/="((?:[^"\\]|\\.)*)"/g)].map(([, value = '']) =>
          value.replace(/\\(.)/g, '$1'),
        );
        expect(values).toEqual(params.map(([, value]) => value.replaceAll('\n', ' ')));
      }),
    );
  });
});

it.each([
  ['team', 'team'],
  ['a=b]c"d e', 'a_b_c_d_e'],
  ['', '_'],
  ['com.docker.compose.project.working_dir', 'ker.compose.project.working_dir'.padStart(32, 'c')],
])('sdName of %j is %s', (text, name) => {
  expect(sdName(text)).toBe(name);
});

it('sdValue escapes what RFC 5424 asks for and nothing else', () => {
  expect(sdValue(`a"b\\c]d[e'f`)).toBe(`a\\"b\\\\c\\]d[e'f`);
});

describe('isStructuredData', () => {
  it.each([
    ['[x@1]', true],
    ['[x@1 a="b" c=""]', true],
    ['[x@1 a="q\\" b\\\\ c\\] d\\e"][y@2 ü="grüße"]', false],
    ['[x@1 a="q\\" b\\\\ c\\] d\\e"][y@2 u="grüße\n"]', true],
    ['[\\ a="b"]', true],
    ['[<no value>]', false],
    ['[x@1 a=b]', false],
    ['[x@1 a="b"c="d"]', false],
    ['[x@1  a="b"]', false],
    ['[x@1 a="b]', false],
    ['[x@1 a="]"]', false],
    ['[x@1 a="b\\"]', false],
    ['[a=b c="d"]', false],
    [`[${'x'.repeat(32)}]`, true],
    [`[${'x'.repeat(33)}]`, false],
    ['[]', false],
    ['', false],
    ['[x@1] ', false],
  ])('%j: %j', (text, is) => {
    expect(isStructuredData(text)).toBe(is);
  });

  it('is told of as much as a template can give', () => {
    const value = 'a\\]'.repeat(2_796_202);
    expect([isStructuredData(`[x@1 a="${value}"]`), isStructuredData(`[x@1 a="${value}]`)]).toEqual([true, false]);
  });

  it('is what elements of any parameters are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), { minLength: 1 }),
        (params) => {
          expect(isStructuredData(sdElement('x@1', params))).toBe(true);
        },
      ),
    );
  });
});
