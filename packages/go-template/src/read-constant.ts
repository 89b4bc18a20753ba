import { TemplateFailure } from './template-error.ts';

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

/** `x`, `u` and `U` with the number of hexadecimal digits that follow, per Go's specification of string literals. */
const hexLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads a string or character constant that begins at `start` with its quote. Gives its text and the offset behind its end.
 * `\x` and octal escapes are octets, which together must be UTF-8; what is not becomes U+FFFD.
 */
export function readQuoted(text: string, start: number): { readonly value: string; readonly end: number } {
  const quote = text.charAt(start);
  const octets: Buffer[] = [];
  let at = start + 1;
  while (text.charAt(at) !== quote) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 10);
    if (character === '\n') {
      const what = quote === '"' ? 'text' : 'character';
      throw new TemplateFailure('syntax', `the ${what} has no end: expected ${quote} on the same line`, start);
    }
    if (character === '\\') {
      const escape = readEscape(text, at);
      octets.push(escape.octets);
      at = escape.end;
    } else {
      octets.push(Buffer.from(character));
      at += character.length;
    }
  }
  return { value: Buffer.concat(octets).toString(), end: at + 1 };
}

function readEscape(text: string, start: number): { readonly octets: Buffer; readonly end: number } {
  const letter = text.charAt(start + 1);
  const simple = Object.hasOwn(simpleEscapes, letter) ? simpleEscapes[letter] : undefined;
  if (simple !== undefined) return { octets: Buffer.of(simple), end: start + 2 };
  const octal = /^[0-3][0-7]{2}/.exec(text.slice(start + 1, start + 4));
  if (octal !== null) return { octets: Buffer.of(Number.parseInt(octal[0], 8)), end: start + 4 };
  const length = Object.hasOwn(hexLengths, letter) ? (hexLengths[letter] ?? 0) : 0;
  const digits = text.slice(start + 2, start + 2 + length);
  const code = Number.parseInt(digits, 16);
  const isComplete = length > 0 && digits.length === length && /^[0-9a-fA-F]+$/.test(digits);
  if (!isComplete || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    throw new TemplateFailure('syntax', 'unknown escape: expected one of Go, like \\n, \\x41 or \\u00e9', start);
  }
  return {
    octets: letter === 'x' ? Buffer.of(code) : Buffer.from(String.fromCodePoint(code)),
    end: start + 2 + length,
  };
}

/** Reads a number as Go writes it: decimal, `0x`, `0b`, `0o`, with `_` between digits, fractions and exponents. */
export function readNumber(text: string, at: number): number | bigint {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '');
  if (/^_|__|_$/.test(digits)) throw badNumber(text, at);
  const plain = digits.replaceAll('_', '');
  if (/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0|[1-9][0-9]*)$/.test(plain)) return integer(plain, sign);
  if (/^0[0-7]+$/.test(plain)) return integer(`0o${plain}`, sign);
  const isDecimal = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(plain) && !/^0[0-9]+$/.test(plain);
  const value = Number(plain) * sign;
  if (!isDecimal || !Number.isFinite(value)) throw badNumber(text, at);
  return value;
}

function integer(digits: string, sign: number): number | bigint {
  const value = BigInt(digits) * BigInt(sign);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function badNumber(text: string, at: number): TemplateFailure {
  return new TemplateFailure('syntax', `${text} is no number: expected one like 1, -2.5, 1e3 or 0x1f`, at);
}
