import { describe, expect, it } from 'vitest';
import { render } from './testing/render.ts';

const data = {
  Id: '0123456789ab',
  Image: 'registry/team/web:1.2',
  Env: ['PATH=/bin', 'TIER=front', 'TIER=back'],
  Labels: { team: 'red', json: '{"a":[1,{"b":"c"}]}' },
  None: null,
};

describe('stringFunctions', () => {
  it.each([
    ['{{toUpper "aé"}} {{"AB" | toLower}}', 'AÉ ab'],
    ['{{.Image | replace "/" "-"}}', 'registry-team-web:1.2'],
    ['{{replace "/" "-" .Image 1}} {{.Image | replace 1 "/" "-"}}', 'registry-team/web:1.2 registry-team/web:1.2'],
    ['{{replace "/" "-" .Image -1}} {{replace "/" "-" .Image 0}}', 'registry-team-web:1.2 registry/team/web:1.2'],
    ['{{replace "" "." "ab"}}', '.a.b.'],
    ['{{join "," .Env}} {{join .Env ","}}', 'PATH=/bin,TIER=front,TIER=back PATH=/bin,TIER=front,TIER=back'],
    ['{{split "/" .Image}} {{.Image | split "/" | join "+"}}', '[registry team web:1.2] registry+team+web:1.2'],
    ['{{.Image | splitIndex 1 "/"}} [{{splitIndex 9 "/" .Image}}]', 'team []'],
    ['{{.Id | strSlice 0 4}} {{strSlice .Id 2 4}} {{strSlice 10 99 .Id}} {{strSlice 10 .Id}}', '0123 23 ab ab'],
    ['{{sIndex 1 .Env}} {{sIndex .Env 0}} [{{sIndex 9 .Env}}]', 'TIER=front PATH=/bin []'],
    ['{{mIndex "team" .Labels}} {{mIndex .Labels "team"}} [{{mIndex "none" .Labels}}]', 'red red []'],
    ['{{matchFirstElement "^TIER=" .Env}} [{{matchFirstElement "x$" .Env}}]', 'TIER=front []'],
    ['{{matchAllElements "^TIER=" .Env | join ";"}}', 'TIER=front;TIER=back'],
    ['{{(jsonParse .Labels.json).a}}', '[1 map[b:c]]'],
    [
      '{{toJSON .Labels.json}} {{toJSON .Env}}',
      '"{\\"a\\":[1,{\\"b\\":\\"c\\"}]}" ["PATH=/bin","TIER=front","TIER=back"]',
    ],
    ['{{toJSON "<&>"}} {{toJSON nil}} {{toJSON 1.5}}', '"\\u003c\\u0026\\u003e" null 1.5'],
    ['{{toUpper .None}}{{join "," .None}}{{mIndex "a" .None}}{{jsonParse ""}}', '<no value>'],
  ])('%s is %s', (text, expected) => {
    expect(render(text, data)).toBe(expected);
  });

  it.each([
    ['{{toUpper}}', 'wrong arguments for toUpper: expected one text'],
    ['{{toUpper .Env}}', 'expected text, not []interface {}'],
    ['{{split "a"}}', 'expected 2 texts'],
    ['{{join "," "x"}}', 'wrong arguments for join'],
    ['{{jsonParse "{"}}', 'jsonParse got a text that is not JSON'],
    ['{{matchFirstElement "(" .Env}}', 'the pattern has a ( without )'],
    ['{{strSlice -1 .Id}}', 'expected whole numbers from 0 on'],
    ['{{sIndex 1.5 .Env}}', 'expected whole numbers from 0 on'],
  ])('%s fails', (text, expected) => {
    expect(render(text, data)).toContain(expected);
  });

  it('makes no text beyond its limit', () => {
    expect(render('{{replace "" .Long .Long}}', { Long: 'x'.repeat(60_000) })).toContain(
      'a text is longer than 1048576',
    );
  });
});
