import { describe, expect, it } from 'vitest';
import { callable } from './callable.ts';
import { render } from './testing/render.ts';

const container = {
  Priority: 14,
  Source: 'stdout',
  Data: 'hello <world>',
  Empty: '',
  Zero: 0,
  None: null,
  List: ['a', 'b', 'c'],
  Nested: [1, [2, 3], { x: null }],
  Config: { Hostname: 'box', Labels: { 'com.example.team': 'red', b: '2' } },
  ContainerNameSplitN: callable((count) => ['web', '1', '2'].slice(0, Number(count))),
  Name: callable(() => 'web'),
  Lookup: new Map([
    ['k', 'v'],
    ['a', 'w'],
  ]),
};

describe('a template', () => {
  it.each([
    // Text, trimming, comments.
    ['plain }} text', 'plain }} text'],
    ['a {{- 1 -}} b', 'a1b'],
    ['a \n{{- /* gone */ -}}\t b', 'ab'],
    ['{{/* gone */}}x', 'x'],
    ['{{-3}}', '-3'],
    ['{{ 3 }}', '3'],
    ['{{\n.Priority\n}}', '14'],
    // Fields, chains, variables.
    ['{{.Priority}}', '14'],
    ['{{.Config.Hostname}}', 'box'],
    ['{{$.Config.Hostname}}', 'box'],
    ['{{(index .List 0)}}{{(.Config).Hostname}}', 'abox'],
    ['{{.Lookup.k}}{{.Lookup.none}}', 'v<no value>'],
    ['{{.Missing}} {{.None}} {{.Missing.Deeper}}', '<no value> <no value> <no value>'],
    ['{{index .Config.Labels "com.example.team"}}', 'red'],
    ['[{{index .Config.Labels "none"}}]', '[]'],
    ['{{$x := .Source}}{{$x}}{{$x = "new"}}{{$x}}', 'stdoutnew'],
    ['{{$x := 1}}{{if true}}{{$x := 2}}{{end}}{{$x}}', '1'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$m := .Config}}{{$m.Hostname}}', 'box'],
    // Methods.
    ['{{.Name}}', 'web'],
    ['{{.ContainerNameSplitN 2}}', '[web 1]'],
    ['{{2 | .ContainerNameSplitN}}', '[web 1]'],
    ['{{index (.ContainerNameSplitN 2) 1}}', '1'],
    // Pipelines.
    ['{{.Source | printf "%s-%s" "a"}}', 'a-stdout'],
    ['{{"x" | print | printf "%q"}}', '"x"'],
    ['{{printf "%d" (len .List)}}', '3'],
    // Conditions.
    ['{{if eq .Source "stdout"}}out{{else}}err{{end}}', 'out'],
    ['{{if .Empty}}a{{else if .Zero}}b{{else if .List}}c{{else}}d{{end}}', 'c'],
    ['{{if .None}}a{{end}}-', '-'],
    ['{{if and .List (not .Empty)}}yes{{end}}', 'yes'],
    ['{{or .Empty .Zero "last"}} {{and .Source .Zero 5}}', 'last 0'],
    ['{{or true (index .List 9)}}', 'true'],
    ['{{"x" | or .Empty}}', 'x'],
    ['{{with .Config}}{{.Hostname}}{{else}}none{{end}}', 'box'],
    ['{{with $c := .Config}}{{$c.Hostname}}{{end}}', 'box'],
    ['{{with .Missing}}a{{else with .Source}}{{.}}{{end}}', 'stdout'],
    ['{{with .Empty}}a{{else}}{{.Source}}{{end}}', 'stdout'],
    // Range.
    ['{{range .List}}{{.}},{{end}}', 'a,b,c,'],
    ['{{range $e := .List}}{{$e}}{{end}}', 'abc'],
    ['{{range $i, $e := .List}}{{$i}}={{$e}} {{end}}', '0=a 1=b 2=c '],
    ['{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}};{{end}}', 'b:2;com.example.team:red;'],
    ['{{range $k, $v := .Lookup}}{{$k}}{{$v}}{{end}}', 'awkv'],
    ['{{range .None}}x{{else}}none{{end}}', 'none'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range .List}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', 'ac'],
    ['{{range .List}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{$last := ""}}{{range $last = .List}}{{end}}{{$last}}', 'c'],
    // Definitions.
    ['{{define "t"}}<{{.}}>{{end}}{{template "t" .Source}}{{template "t"}}', '<stdout><<no value>>'],
    ['{{block "b" .Source}}[{{.}}]{{end}}', '[stdout]'],
    // Constants.
    ['{{"\\u00e9\\n\\x41\\101"}}', 'é\nAA'],
    ['{{`raw \\n`}}', 'raw \\n'],
    ["{{'a'}} {{'\\n'}}", '97 10'],
    ['{{0x1f}} {{0b11}} {{0o17}} {{017}} {{1_000}} {{1.5}} {{1e3}} {{-2}}', '31 3 15 15 1000 1.5 1000 -2'],
    ['{{true}} {{9223372036854775807}}', 'true 9223372036854775807'],
    // Values.
    ['{{.Config.Labels}}', 'map[b:2 com.example.team:red]'],
    ['{{.Nested}} {{.List}}', '[1 [2 3] map[x:<nil>]] [a b c]'],
    ['{{print nil}} {{print 1 2 "a" "b" 3}}', '<nil> 1 2ab3'],
    ['{{println 1 "a"}}', '1 a\n'],
    // Comparison and the rest.
    ['{{eq 1 2 3 1}} {{ne 1 2}} {{lt "a" "b"}} {{ge 2 2}} {{le 1.5 1}} {{gt 2 1}}', 'true true true true false true'],
    ['{{eq .None nil}} {{eq .Missing "x"}}', 'true false'],
    ['{{len "é"}} {{len .Config.Labels}} {{len .None}}', '2 2 0'],
    ['{{index "abc" 1}} {{slice "abcdef" 1 3}} {{slice .List 1}}', '98 bc [b c]'],
    ['{{index .Nested 1 0}}', '2'],
    ['{{html "<a href=\'x\'>&"}}', '&lt;a href=&#39;x&#39;&gt;&amp;'],
    ['{{js "it\'s <b>"}} {{urlquery "a b&c/é"}}', "it\\'s \\u003Cb\\u003E a+b%26c%2F%C3%A9"],
    ['{{call (index . "Name")}} {{call (index . "ContainerNameSplitN") 1}}', 'web [web]'],
  ])('%s is %s', (text, expected) => {
    expect(render(text, container)).toBe(expected);
  });

  it.each([
    ['{{', '1:1: the action has no end: expected }}'],
    ['a\nb {{ .X', '2:3: the action has no end: expected }}'],
    ['{{}}', '1:3: unexpected }}: expected a field, a variable, a function, a constant or ('],
    ['{{.A | }}', '1:8: unexpected }}: expected a field'],
    ['{{if .A}}x', '1:3: {{if}} is not closed: expected {{end}}'],
    ['x{{end}}', '1:4: {{end}} closes nothing'],
    ['{{else}}', '1:3: {{else}} closes nothing'],
    ['{{if .A}}{{else}}{{else}}{{end}}', '1:20: unexpected else: expected {{end}}'],
    ['{{unknown}}', '1:3: no function is named unknown'],
    ['{{toString}}', '1:3: no function is named toString'],
    ['{{constructor}}', '1:3: no function is named constructor'],
    ['{{$x}}', '1:3: no variable is named $x here'],
    ['{{if true}}{{$x := 1}}{{end}}{{$x}}', '1:32: no variable is named $x here'],
    ['{{(.A}}', '1:6: unexpected }}: expected )'],
    ['{{.A)}}', '1:5: unexpected ): expected }}'],
    ['{{"abc}}', '1:3: the text has no end'],
    ['{{`abc}}', '1:3: the raw text has no end'],
    ["{{'ab'}}", "1:3: 'ab' is no character"],
    ['{{"\\z"}}', '1:4: unknown escape'],
    ['{{08}}', '1:3: 08 is no number'],
    ['{{"a""b"}}', '1:6: unexpected "b": expected a space'],
    ['{{nil}}', '1:3: nil is not a command'],
    ['{{1 2}}', '1:3: a value takes no arguments'],
    ['{{.A | "x"}}', '1:8: a value takes no arguments'],
    ['{{break}}', '1:3: {{break}} outside range'],
    ['{{/* x }}', '1:3: the comment has no end'],
    ['{{/* x */ .A}}', '1:10: a comment is an action of its own'],
    ['{{$a, $b := .A}}', '1:5: unexpected ,: expected one variable'],
    ['{{range $a, $b .A}}{{end}}', '1:16: unexpected .A: expected two variables'],
    ['{{if true}}{{define "x"}}{{end}}{{end}}', '1:14: unexpected define'],
    ['{{&}}', '1:3: unexpected "&"'],
  ])('%s is refused with the place and what was expected', (text, expected) => {
    expect(render(text)).toContain(expected);
  });

  it.each([
    ['{{.Source.Deeper}}', '1:3: string has no field .Deeper'],
    ['{{.List.length}}', '1:3: []interface {} has no field .length'],
    ['{{index .List 3}}', '1:3: index 3 is out of range: expected 0 to 2'],
    ['{{index .List "x"}}', '1:3: string is no index'],
    ['{{index .Config 1}}', 'cannot be indexed with int'],
    ['{{slice "abc" 2 1}}', 'out of order'],
    ['{{eq .Source 1}}', 'string and int cannot be compared'],
    ['{{lt .None 1}}', '<nil> and int cannot be compared'],
    ['{{len 3}}', 'int has no length'],
    ['{{call .Name}}', 'call got string: expected a function first'],
    ['{{not}}', 'not has 0 arguments: expected 1'],
    ['{{or}}', 'or has no argument'],
    ['{{.Source 1}}', '1:3: .Source takes no arguments'],
    ['{{range .Source}}{{end}}', 'range cannot go through string'],
    ['{{template "none"}}', 'no template has this name'],
    ['{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', 'templates call each other deeper than 100'],
    ['{{range 1000000}}{{end}}', 'the template takes more than 100000 steps'],
    ['{{range 10000}}0123456789{{end}}', 'the text is longer than 65536 characters'],
    ['{{$x := "12345678"}}{{range 40}}{{$x = print $x $x}}{{end}}', 'the text is longer than 65536 characters'],
    ['{{printf "%99999999d" 1}}', 'a width or precision is more than 65536'],
    ['{{printf "%*d" 99999999 1}}', 'a width or precision is more than 65536'],
  ])('%s fails when it is rendered', (text, expected) => {
    expect(render(text, container)).toContain(expected);
  });

  it.each([
    ['parentheses', `{{${'('.repeat(200)}}}`, 'nested deeper than 100 levels'],
    ['conditions', '{{if 1}}'.repeat(200), 'nested deeper than 100 levels'],
    ['characters', 'x'.repeat(65_537), 'the template is longer than 65536 characters'],
  ])('with too many %s is refused', (_, text, expected) => {
    expect(render(text)).toContain(expected);
  });
});
