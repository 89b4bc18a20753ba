import { CHECKSUM_DIGITS, checksum } from './checksum.ts';
import { MAX_LABEL_OCTETS } from './label.ts';
import { utf8Length } from './utf8.ts';

/**
 * A label in place of one that is too long: as many of its pieces as there is room for, `mark`, and a checksum of the
 * text that it stands for.
 * @param pieces what cannot be cut in two: characters and escapes
 * @param mark what no label has that was not cut
 */
export function cutLabel(pieces: readonly string[], mark: string, text: string): string {
  let room = MAX_LABEL_OCTETS - octetLength(mark) - CHECKSUM_DIGITS;
  let kept = '';
  for (const piece of pieces) {
    room -= octetLength(piece);
    if (room < 0) break;
    kept += piece;
  }
  return kept + mark + checksum(text);
}

/** How many octets a text has in UTF-8, where that can express it. */
export function octetLength(text: string): number {
  return utf8Length(text) ?? 0;
}
