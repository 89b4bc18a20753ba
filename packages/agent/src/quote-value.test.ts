import { describe, expect, it } from 'vitest';
import { escapeControls, quoteValue, withoutCredentials } from './quote-value.ts';

describe('withoutCredentials', () => {
  it.each([
    ['http://user:secret@db:2379/x', 'http://***@db:2379/x'],
    ['http://user:se/cr@et@db:2379', 'http://***@db:2379'],
    ['http://u:p@a:1,http://u:p@b:1', 'http://***@b:1'],
    ['user:secret@db:2379', '***@db:2379'],
    ['connect to "http://u:p@db" failed', 'connect to "http://***@db" failed'],
    ['{"url":"http://db","mail":"ann@example.org"}', '{"url":"http://db","mail":"ann@example.org"}'],
    ['registry/app@sha256:abc', 'registry/app@sha256:abc'],
    ['http://db:2379/x', 'http://db:2379/x'],
  ])('turns %s into %s', (text, expected) => {
    expect(withoutCredentials(text)).toBe(expected);
  });
});

describe('escapeControls', () => {
  it.each([
    ['plain, "quoted", \\ and ü', 'plain, "quoted", \\ and ü'],
    ['a\r\nb', 'a\\u000d\\u000ab'],
    ['\u001b[2J\u009b2J', '\\u001b[2J\\u009b2J'],
    ['\u202e\u2028', '\\u202e\\u2028'],
  ])('writes %j as text', (text, expected) => {
    expect(escapeControls(text)).toBe(expected);
  });
});

describe('quoteValue', () => {
  it.each([
    ['abc', '"abc"'],
    ['a"b', '"a\\"b"'],
    ['a\nb\u001b[2J', '"a\\nb\\u001b[2J"'],
    ['a\u202eb\u0085', '"a\\u202eb\\u0085"'],
    ['a\udb40\udc01b', '"a\\u{e0001}b"'],
    ['http://user:secret@db', '"http://***@db"'],
  ])('quotes %j', (text, expected) => {
    expect(quoteValue(text)).toBe(expected);
  });

  it('cuts what is long, after credentials are out', () => {
    const quoted = quoteValue(`http://user:${'s'.repeat(300)}@db/${'x'.repeat(300)}`);
    expect(quoted).not.toContain('sss');
    expect(quoted).toMatch(/^"http:\/\/\*\*\*@db\/x+"\.\.\.$/);
    expect(quoted.length).toBe(205);
  });
});
