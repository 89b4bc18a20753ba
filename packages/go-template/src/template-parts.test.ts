import { array as arrayOf, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callable } from './callable.ts';
import { parseTemplate, type Template } from './parse-template.ts';
import { stringFunctions } from './string-functions.ts';
import { textObject } from './text-object.ts';

const data = { Name: 'web', Data: 'a "b"', Container: { Name: '/web', Labels: { a: 'b]' } }, Sources: ['x', 'y'] };

function parse(text: string, escape?: (text: string) => string): Template {
  const parsed = parseTemplate(text, { functions: stringFunctions, ...(escape === undefined ? {} : { escape }) });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('the parts of a template', () => {
  it.each<readonly [string, readonly (readonly string[] | undefined)[]]>([
    ['plain', [[]]],
    ['', []],
    ['a {{.Name}} b', [[], ['Name'], []]],
    ['{{.Container.Name}}', [['Container']]],
    ['{{index .Container.Labels .Name}}', [['Container', 'Name']]],
    ['{{.Name | toUpper}}', [['Name']]],
    ['{{(index .Sources 0)}}', [['Sources']]],
    ['{{if .Name}}{{.Data}}{{else}}{{.Container}}{{end}}', [['Name', 'Data', 'Container']]],
    ['{{with .Container}}{{.Data}}{{.}}{{$.Name}}{{else}}{{.Data}}{{end}}', [['Container', 'Name', 'Data']]],
    ['{{range $i, $x := .Sources}}{{.}}{{.Data}}{{$x}}{{end}}', [['Sources']]],
    ['{{with .Sources}}{{if .}}{{.}}{{end}}{{end}}', [['Sources']]],
    ['{{$n := .Name}}{{$n}}{{.Data}}', [['Name', 'Data']]],
    ['{{if $n := .Name}}{{$n}}{{end}}{{.Data}}', [['Name'], ['Data']]],
    ['{{define "x"}}{{.Data}}{{end}}{{template "x" .Name}}{{template "x"}}', [['Name'], []]],
    ['{{.}}', [undefined]],
    ['{{$}}', [undefined]],
    ['{{range .Sources}}{{$}}{{end}}', [undefined]],
    ['{{toJSON .}}-{{.Name}}', [undefined, [], ['Name']]],
    ['{{template "x" .}}{{define "x"}}{{end}}', [undefined]],
  ])('%s reads %j', (text, reads) => {
    expect(parse(text).parts.map((part) => part.reads && [...part.reads])).toEqual(reads);
  });

  it.each([
    ['{{.Name}}', ['Name']],
    ['{{.Name}}{{ .Data }}', ['Name', 'Data']],
    ['{{.Container.Name}}', [undefined]],
    ['{{.Name | toUpper}}', [undefined]],
    ['{{toUpper .Name}}', [undefined]],
    ['{{$x := .Name}}', [undefined]],
    ['{{$.Name}}x', [undefined, undefined]],
  ])('%s writes %j as they are', (text, fields) => {
    expect(parse(text).parts.map(({ field }) => field)).toEqual(fields);
  });

  it('together give the text of the whole', () => {
    const pieces = [
      'text ',
      '{{.Name}}',
      '{{with .Container}}{{.Name}}{{end}}',
      '{{$x := .Data}}{{$x}}',
      '{{- "a" -}} ',
    ];
    assert(
      property(arrayOf(constantFrom(...pieces)), (chosen) => {
        const { parts, render } = parse(chosen.join(''));
        const rendered = parts.map((part) => part.render(data)).map((each) => (each.ok ? each.value : ''));
        expect({ ok: true, value: rendered.join('') }).toEqual(render(data));
      }),
    );
  });

  it('tell the place of a failure in the whole', () => {
    const result = parse('{{.Name}}\n{{.Name.First}}').parts[2]?.render(data);
    expect(result).toMatchObject({ ok: false, error: { line: 2, column: 3 } });
  });
});

describe('escape', () => {
  const escape = (text: string): string => text.replace(/[\]"\\]/g, '\\$&');

  it.each([
    ['a]{{.Data}}"', 'a]a \\"b\\""'],
    ['{{range $k, $v := .Container.Labels}}{{$k}}="{{$v}}"{{end}}', 'a="b\\]"'],
    ['{{.Sources}}', '[x y\\]'],
    ['{{.Nothing}}', '<no value>'],
  ])('of %s is done to what actions write', (text, written) => {
    expect(parse(text, escape).render(data)).toEqual({ ok: true, value: written });
  });
});

describe('a textObject', () => {
  const time = textObject(
    () => '12:00',
    () => '12:00Z',
    { Format: callable((layout) => `as ${String(layout)}`) },
  );

  it.each([
    ['{{.Time}}', '12:00'],
    ['{{printf "%s|%6v" .Time .Time}}', '12:00| 12:00'],
    ['{{toJSON .Time}}', '"12:00Z"'],
    ['{{.Time.Format "x"}}', 'as x'],
    ['{{.Time.Other}}', '<no value>'],
    ['{{if .Time}}yes{{end}}', 'yes'],
    ['{{print .Time}} {{.List}}', '12:00 [12:00]'],
  ])('in %s writes %s', (text, written) => {
    expect(parse(text).render({ Time: time, List: [time] })).toEqual({ ok: true, value: written });
  });
});
