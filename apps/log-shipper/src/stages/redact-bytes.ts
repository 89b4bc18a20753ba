import type { Redaction, ReplacementPart } from './redaction.ts';
import { REDACTED } from './redaction.ts';

/** The most characters that the searches of one rule through one line may begin before, all together. */
const SEARCH_BUDGET = 2 ** 23;

/**
 * The bytes of a line with what a rule finds replaced; the same buffer when it finds nothing. What it does not find
 * stays as it is, byte by byte. Where a rule's searches through a long line get out of hand, the rest of the line is
 * hidden: a line that is too costly to search must not give away what it holds.
 * @param text what `LineText` makes of the bytes
 */
export function redactBytes(bytes: Buffer, text: string, redaction: Redaction): Buffer {
  if (!redaction.test(text)) return bytes;
  const parts: Buffer[] = [];
  const isOneToOne = text.length === bytes.length;
  const searches = redaction.isLinear ? Number.POSITIVE_INFINITY : Math.ceil(SEARCH_BUDGET / text.length);
  let units = 0;
  let from = 0;
  const skipTo = (end: number): number => {
    from += isOneToOne ? end - units : Buffer.byteLength(text.slice(units, end));
    units = end;
    return from;
  };
  let found = 0;
  for (const { start, end, groups } of redaction.matches(text)) {
    if (++found > searches) {
      parts.push(Buffer.from(REDACTED));
      return Buffer.concat(parts);
    }
    if (start === end) continue;
    const keptFrom = from;
    parts.push(bytes.subarray(keptFrom, skipTo(start)));
    for (const part of redaction.replacement) parts.push(encodePart(part, groups, isOneToOne));
    skipTo(end);
  }
  if (parts.length === 0) return bytes;
  parts.push(bytes.subarray(from));
  return Buffer.concat(parts);
}

/** What a group caught goes back into the bytes that it came from. */
function encodePart(part: ReplacementPart, groups: readonly (string | undefined)[], isOneToOne: boolean): Buffer {
  if (typeof part === 'string') return Buffer.from(part);
  return Buffer.from(groups[part] ?? '', isOneToOne ? 'latin1' : 'utf8');
}
