const DIGITS = 16;
const ENDING = '.segment';

/** Names sort as numbers do. */
export function segmentFileName(number: number): string {
  return `${String(number).padStart(DIGITS, '0')}${ENDING}`;
}

/** Undefined for any other file. */
export function parseSegmentFileName(name: string): number | undefined {
  const digits = name.slice(0, DIGITS);
  if (!/^\d{16}$/.test(digits) || name.slice(DIGITS) !== ENDING) return undefined;
  const number = Number(digits);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
