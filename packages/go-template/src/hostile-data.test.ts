import { anything, array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callable } from './callable.ts';
import { parseTemplate } from './parse-template.ts';
import { stringFunctions } from './string-functions.ts';
import { render } from './testing/render.ts';

const inherited = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

describe('hostile data', () => {
  it.each(inherited)('has no field %s unless it is its own', (name) => {
    const data = { Map: {}, Lookup: new Map(), Method: callable(() => 'called'), Labels: { a: 'b' } };
    expect(render(`{{.${name}}}{{.Map.${name}}}{{.Lookup.${name}}}`, data)).toBe('<no value><no value><no value>');
    expect(render(`{{index .Labels "${name}"}}{{mIndex "${name}" .Labels}}`, data)).toBe('');
    expect(render(`{{.Labels.a.${name}}}`, data)).toContain('string has no field');
    const own: unknown = JSON.parse(`{"${name}":"mine"}`);
    expect(render(`{{.${name}}} {{index . "${name}"}}`, own)).toBe('mine mine');
  });

  it('calls no function that was not wrapped, and no accessor', () => {
    let calls = 0;
    const count = () => {
      calls += 1;
      return 'called';
    };
    const data = { plain: count, toString: count, toJSON: count, [Symbol.toPrimitive]: count };
    Object.defineProperty(data, 'accessor', { get: count, enumerable: true });
    expect(render('{{.plain}} {{.accessor}} {{.}} {{toJSON .}} {{printf "%s" .toString}}', data)).toBe(
      '<no value> <no value> map[] {} %!s(<nil>)',
    );
    expect(calls).toBe(0);
  });

  it('may be a class, a cycle, deep or a proxy that throws', () => {
    class Thing {
      shown = 'yes';
      hidden(): string {
        return this.shown;
      }
    }
    expect(render('{{.shown}} {{.hidden}}', new Thing())).toBe('yes <no value>');
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(render('{{.}}', cycle)).toContain('deeper than 100 levels');
    expect(render('{{toJSON .}}', cycle)).toContain('deeper than 100 levels');
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('secret');
        },
      },
    );
    expect(render('{{.}}', hostile)).toBe('1:3: a function or the data failed unexpectedly');
  });

  it('gives no text of its own to an error', () => {
    const data = { secret: 'hunter2' };
    const templates = [
      '{{.secret.x}}',
      '{{eq .secret 1}}',
      '{{index .secret 99}}',
      '{{jsonParse .secret}}',
      '{{lt .secret 1}}',
      '{{range .secret}}{{end}}',
    ];
    for (const text of templates) expect(render(text, data)).not.toContain('hunter2');
  });

  it('is rendered within the limits that are set', () => {
    const limits = { outputLength: 10, steps: 20 };
    expect(render('{{.}}', 'x'.repeat(11), { limits })).toContain('longer than 10 characters');
    expect(render('{{range .}}{{end}}', Array.from({ length: 30 }), { limits })).toContain('more than 20 steps');
    expect(render('{{.}}', 'x'.repeat(10), { limits })).toBe('x'.repeat(10));
  });
});

describe('a template that repeats its work', () => {
  const entries = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`k${index}`, 'v']));
  const list = Array.from({ length: 2000 }, () => 'aaaa!');

  it.each([
    '{{range 50000}}{{$x := len $.entries}}{{end}}',
    '{{range 50000}}{{if $.entries}}{{end}}{{end}}',
    '{{range 50000}}{{$x := matchAllElements "(a+)+$" $.list}}{{end}}',
    '{{range 50000}}{{$x := join "" $.list}}{{end}}',
  ])('%s pays for the size of its data', (text) => {
    expect(render(text, { entries, list })).toContain('more than 100000 steps');
  });
});

describe('any template with any data', () => {
  const piece = constantFrom(
    '{{',
    '}}',
    '{{- ',
    ' -}}',
    '{{end}}',
    '{{else}}',
    '{{if .a}}',
    '{{range $i, $e := .}}',
    '{{with .b}}',
    '.a',
    '$',
    '$i',
    ' | ',
    '(',
    ')',
    'index . "a"',
    'printf "%v %d %s %q %x %08.3f" . .a .b',
    'toJSON .',
    'len .',
    'eq . 1',
    'and . 1',
    ' ',
    '"x"',
    '`y`',
    '{{.}}',
    '{{.a.b}}',
    '{{break}}',
    '{{continue}}',
    '{{define "t"}}',
    '{{template "t" .}}',
    '{{block "b" .}}',
    '{{/* c */}}',
    '{{slice . 1}}',
    '{{range .}}{{.}}{{end}}',
    '{{html .}}',
    '{{js .}}',
    '{{urlquery .}}',
    '{{split "" .}}',
    '{{not .}}',
    ':=',
    '=',
  );
  const templates = array(piece, { maxLength: 12 }).map((parts) => parts.join(''));

  it.each([
    ['made of its parts', templates],
    ['of any characters', string({ unit: 'binary' }).map((text) => `{{${text}}}`)],
  ])('%s never throws, and its output is bounded', (_, texts) => {
    assert(
      property(texts, anything({ withMap: true, withBigInt: true, withNullPrototype: true }), (text, data) => {
        const template = parseTemplate(text, { functions: stringFunctions, limits: { outputLength: 100, steps: 500 } });
        const result = template.ok ? template.value.render(data) : template;
        expect(result.ok ? result.value.length : 0).toBeLessThanOrEqual(100);
        expect(result.ok ? '1:1: fine' : result.error.message).toMatch(/^\d+:\d+: (?!.*unexpectedly)./);
      }),
      { numRuns: 2000 },
    );
  });

  it('repeats text without actions as it is', () => {
    assert(
      property(string(), (text) => {
        const plain = text.replaceAll('{{', '');
        expect(render(plain)).toBe(plain);
      }),
    );
  });
});
