import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRedactionNames, builtInRedactions } from './built-in-redactions.ts';
import { createLineText } from './line-text.ts';
import { redactBytes } from './redact-bytes.ts';
import { parseRedactions, type Redaction, redactionsType } from './redaction.ts';

const parse = (text: string): readonly Redaction[] => {
  const redactions = parseRedactions(text);
  if (!redactions.ok) throw new Error(redactions.error);
  return redactions.value;
};
const redact = (redactions: readonly Redaction[], bytes: Buffer): Buffer =>
  redactions.reduce((left, redaction) => redactBytes(left, createLineText().whole(left), redaction), bytes);
const redactText = (rules: string, text: string) => redact(parse(rules), Buffer.from(text)).toString();

describe('parseRedactions', () => {
  it.each([
    ['token=\\w+', 'a token=x1 b token=y2', 'a [redacted] b [redacted]'],
    ['token=\\w+=>', 'a token=x1 b', 'a  b'],
    ['(token|key)=(\\w+)=>$1=***', 'token=x1,key=y2', 'token=***,key=***'],
    ['a=>b=>c', 'a=>b', 'c'],
    ['a=>$$1', 'xay', 'x$1y'],
    ['x\n(y)=>[$1]\n\n', 'x y', '[redacted] [y]'],
    ['(a)|(b)=><$2>', 'ab', '<><b>'],
    ['\\b', 'a b', 'a b'],
    ['secret', 'nothing here', 'nothing here'],
    ['é+=>e', 'café, 😀 é', 'cafe, 😀 e'],
    ['[0-9]{4}=>#', '😀1234é5678', '😀#é#'],
  ])('%j makes of %j %j', (rules, text, expected) => {
    expect(redactText(rules, text)).toBe(expected);
    expect(redactText(redactionsType.render(parse(rules)), text)).toBe(expected);
  });

  it.each([
    ['a*', /matches the empty text/],
    ['=>x', /matches the empty text/],
    ['(', /no pattern of Go's regexp/],
    ['a\n(', /has a rule 2 that is no pattern/],
    ['(a)=>$2', /\$2, a group that is not there/],
    ['a=>$x', /a \$ in its replacement/],
    ['a\n'.repeat(33), /more than 32 rules/],
  ])('refuses %j', (rules, message) => {
    const redactions = parseRedactions(rules);
    expect(redactions.ok ? '' : redactions.error).toMatch(message);
  });
});

describe('redactBytes', () => {
  it('leaves the bytes around alone, in whatever encoding', () => {
    const [rule] = parse('(key=)\\S+=>$1*');
    const latin1 = Buffer.from('caf\xe9 key=\xfcber \xff', 'latin1');
    expect(rule && redact([rule], latin1)).toEqual(Buffer.from('caf\xe9 key=* \xff', 'latin1'));
    const group = parse('key=(\\S+)=><$1>');
    expect(redact(group, latin1)).toEqual(Buffer.from('caf\xe9 <\xfcber> \xff', 'latin1'));
  });

  it('changes nothing where nothing is found, and else only what is found', () => {
    const rules = parse('SECRET');
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (before, after) => {
        const clean = Buffer.concat([before, after]);
        fc.pre(!clean.includes('SECRET'));
        expect(redact(rules, clean)).toBe(clean);
        const told = Buffer.concat([before, Buffer.from('SECRET'), after]);
        expect(redact(rules, told)).toEqual(Buffer.concat([before, Buffer.from('[redacted]'), after]));
      }),
    );
  });

  it('hides the rest of a line that would take too long', () => {
    const line = Buffer.from('a'.repeat(262_144));
    const redacted = redact(parse('a.*b|a=>x'), line).toString();
    expect(redacted).toBe(`${'x'.repeat(32)}[redacted]`);
    expect(redact(parse('a=>x'), line).toString()).toBe('x'.repeat(262_144));
  });
});

describe('builtInRedactions', () => {
  it.each([
    ['email', 'to <jo.doe+x@mail.example.org>, cc', 'to <[redacted]>, cc'],
    ['email', 'jo@localhost and @jo', 'jo@localhost and @jo'],
    ['ipv4', 'from 203.0.113.7:80 to 198.51.100.255.', 'from [redacted]:80 to [redacted].'],
    ['ipv4', '1.2.3 256.1.1.1 1.2.3.4.5 1.2.3.456', '1.2.3 256.1.1.1 1.2.3.4.5 1.2.3.456'],
    ['bearer', 'Authorization: Bearer abc.DEF-123_~+/== ok', 'Authorization: Bearer [redacted] ok'],
    ['bearer', '"authorization":"bearer 0123456789"', '"authorization":"bearer [redacted]"'],
    ['bearer', 'the bearer of news', 'the bearer of news'],
    ['credit-card', 'card 4111 1111 1111 1111 99', 'card [redacted] 99'],
    ['credit-card', '2026 5500-0000-0000-0004 2', '[redacted] 2'],
    ['credit-card', '17 5500-0000-0000-0004', '17 [redacted]'],
    ['credit-card', 'pan=378282246310005,ok', 'pan=[redacted],ok'],
    ['credit-card', '4111111111111111 and 6011000990139424', '[redacted] and [redacted]'],
    ['credit-card', '4111111111111112 1770000000000 2026-02-03 04', '4111111111111112 1770000000000 2026-02-03 04'],
    ['credit-card', '94111111111111111111119', '94111111111111111111119'],
    ['aws-key', 'id AKIAIOSFODNN7EXAMPLE ok', 'id [redacted] ok'],
    ['aws-key', 'XAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7', 'XAKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7'],
  ] as const)('%s makes of %j %j', (name, text, expected) => {
    expect(redact([builtInRedactions[name]], Buffer.from(text)).toString()).toBe(expected);
  });

  // Each is what its rule nearly finds at every place. A rule that looks from each place to the end never gets done.
  it.each([
    ['email', `${'a'.repeat(125_000)}@`],
    ['email', 'a@a'.repeat(50_000)],
    ['ipv4', '1.'.repeat(125_000)],
    ['bearer', 'bearer '.repeat(40_000)],
    ['bearer', `bearer ${'='.repeat(250_000)}`],
    ['credit-card', '5'.repeat(250_000)],
    ['credit-card', '5 '.repeat(125_000)],
    ['aws-key', 'AKIA'.repeat(60_000)],
  ] as const)('%s is done with a long line made for it', (name, text) => {
    expect(redact([builtInRedactions[name]], Buffer.from(text)).length).toBeGreaterThan(0);
  });

  it('has a name and a test for each', () => {
    expect(builtInRedactionNames).toEqual(['email', 'ipv4', 'bearer', 'credit-card', 'aws-key']);
  });
});
