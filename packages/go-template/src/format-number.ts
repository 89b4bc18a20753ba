import { isInteger } from './value.ts';

/** A number as Go's `%v` writes it: integers in full, floats shortest, with an exponent below 1e-4 and from 1e21 on. */
export function formatNumber(value: number | bigint): string {
  if (typeof value === 'bigint') return String(value);
  if (!Number.isFinite(value)) return infiniteText(value);
  if (isInteger(value) && Math.abs(value) < 1e21) return String(value);
  const magnitude = Math.abs(value);
  return magnitude >= 1e-4 && magnitude < 1e21 ? String(value) : exponentOfTwoDigits(value.toExponential());
}

/** `%e`, `%f` and `%g`: `precision` digits behind the point, for `%g` in all. */
export function formatFloat(value: number, verb: 'e' | 'f' | 'g', precision: number | undefined): string {
  if (!Number.isFinite(value)) return infiniteText(value);
  const digits = Math.min(precision ?? 6, 100);
  if (verb === 'e') return exponentOfTwoDigits(value.toExponential(digits));
  if (verb === 'f') return Math.abs(value) < 1e21 ? value.toFixed(digits) : wholeText(value, digits);
  return precision === undefined ? formatNumber(value) : shortest(value, Math.max(digits, 1));
}

function wholeText(value: number, digits: number): string {
  return digits === 0 ? String(BigInt(value)) : `${BigInt(value)}.${'0'.repeat(digits)}`;
}

/** `%.3g`: an exponent when the number has more digits than asked for before its point, or is below 1e-4. */
function shortest(value: number, digits: number): string {
  const [mantissa = '', exponent = '0'] = value.toExponential(digits - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= digits) return exponentOfTwoDigits(`${withoutZeros(mantissa)}e${exponent}`);
  return withoutZeros(value.toFixed(Math.min(digits - 1 - power, 100)));
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0{1,100}$/, '') : text;
}

function exponentOfTwoDigits(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function infiniteText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
