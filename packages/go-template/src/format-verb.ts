import type { Budget } from './budget.ts';
import { formatFloat } from './format-number.ts';
import { scalarText } from './format-value.ts';
import { quoteRune, quoteText, runeText } from './quote.ts';
import { TemplateFailure } from './template-error.ts';
import { TextObject } from './text-object.ts';
import { isInteger, valueOf } from './value.ts';

/** One `%…` of a format. */
export interface Directive {
  readonly verb: string;
  readonly plus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly left: boolean;
  /** In characters, 0 for none. */
  readonly width: number;
  readonly precision: number | undefined;
}

const radixes: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

/** Formats a value that is neither list nor map; undefined when the verb is not for it. */
export function formatScalar(directive: Directive, value: unknown, budget: Budget): string | undefined {
  const { limits } = budget;
  if (directive.width > limits.outputLength || (directive.precision ?? 0) > limits.outputLength) {
    throw new TemplateFailure('limit', `a width or precision is more than ${limits.outputLength}`);
  }
  const known = valueOf(value);
  if (known.kind === 'object') return formatScalar(directive, TextObject.text(known.object), budget);
  if (known.kind === 'string') {
    budget.charge(known.text.length >> 4);
    const text = formatText(directive, known.text);
    return text === undefined ? undefined : pad(directive, text);
  }
  if (known.kind === 'number') return formatNumeric(directive, known.number);
  const isPlain = directive.verb === 'v' || (directive.verb === 't' && known.kind === 'bool');
  return isPlain ? pad({ ...directive, zero: false }, scalarText(value)) : undefined;
}

function formatText(directive: Directive, whole: string): string | undefined {
  const { verb, precision } = directive;
  const isHex = verb === 'x' || verb === 'X';
  const text = precision === undefined || isHex ? whole : Array.from(whole).slice(0, precision).join('');
  switch (verb) {
    case 'v':
      return directive.sharp ? quoteText(text) : text;
    case 's':
      return text;
    case 'q':
      return directive.sharp && !/[`\p{Cc}]/u.test(text) ? `\`${text}\`` : quoteText(text);
    case 'x':
    case 'X':
      return hexText(directive, text);
    default:
      return undefined;
  }
}

function hexText({ verb, precision, space, sharp }: Directive, text: string): string {
  const octets = Buffer.from(text).subarray(0, precision);
  const digits = [...octets].map((octet) => octet.toString(16).padStart(2, '0'));
  const prefix = sharp && digits.length > 0 ? '0x' : '';
  const joined = `${prefix}${digits.join(space ? ` ${prefix}` : '')}`;
  return verb === 'X' ? joined.toUpperCase() : joined;
}

function formatNumeric(directive: Directive, value: number | bigint): string | undefined {
  const { verb } = directive;
  const rune = Number(value);
  switch (verb) {
    case 'v':
      return padNumber(directive, scalarText(value));
    case 'e':
    case 'f':
    case 'g':
      return padNumber(directive, formatFloat(Number(value), verb, directive.precision));
    case 'F':
      return padNumber(directive, formatFloat(Number(value), 'f', directive.precision));
    case 'E':
    case 'G':
      return padNumber(directive, formatFloat(rune, verb === 'E' ? 'e' : 'g', directive.precision).toUpperCase());
    default:
      return isInteger(value) ? formatInteger(directive, value) : undefined;
  }
}

function formatInteger(directive: Directive, value: number | bigint): string | undefined {
  const { verb } = directive;
  if (verb === 'c') return pad(directive, runeText(Number(value)));
  if (verb === 'q') return pad({ ...directive, zero: false }, quoteRune(Number(value)));
  if (verb === 'U') return pad({ ...directive, zero: false }, `U+${value.toString(16).toUpperCase().padStart(4, '0')}`);
  const radix = Object.hasOwn(radixes, verb) ? radixes[verb] : undefined;
  if (radix === undefined) return undefined;
  const number = BigInt(value);
  const digits = (number < 0n ? -number : number).toString(radix).padStart(directive.precision ?? 1, '0');
  const prefix = verb === 'O' ? '0o' : directive.sharp ? (prefixes[verb] ?? '') : '';
  const sign = number < 0n ? '-' : '';
  const zero = directive.zero && directive.precision === undefined;
  return padNumber({ ...directive, zero }, `${sign}${prefix}${verb === 'X' ? digits.toUpperCase() : digits}`);
}

/** Pads a number: zeros go between the sign and the digits. */
function padNumber(directive: Directive, text: string): string {
  const isSigned = text.startsWith('-') || text.startsWith('+');
  const digits = isSigned ? text.slice(1) : text;
  const positive = directive.plus
    ? '+'
    : directive.space
      ? ' '
      : text.startsWith('+') && directive.verb === 'v'
        ? '+'
        : '';
  const sign = text.startsWith('-') ? '-' : positive;
  const isFinite = /\d/.test(digits);
  if (directive.zero && isFinite) return sign + digits.padStart(directive.width - sign.length, '0');
  return pad({ ...directive, zero: false }, sign + digits);
}

/** Pads with spaces to the width, which counts characters; with `0` and without `-`, with zeros on the left. */
function pad({ width, left, zero }: Directive, text: string): string {
  if (width === 0) return text;
  const missing = Math.max(0, width - Array.from(text).length);
  if (left) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}
