import { MAX_STRING_OCTETS } from './limits.ts';
import { textLength } from './octets.ts';

/**
 * The strings of at most 255 octets that `text` becomes in a TXT record (RFC 1035 section 3.3): as few as can be,
 * cut between characters so that each is readable by itself. Joined they are the text again.
 */
export function splitText(text: string): readonly string[] {
  if (text.length * 3 <= MAX_STRING_OCTETS || textLength(text) <= MAX_STRING_OCTETS) return [text];
  const strings: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of text) {
    const length = Math.max(1, textLength(character));
    if (octets + length > MAX_STRING_OCTETS) {
      strings.push(current);
      current = '';
      octets = 0;
    }
    current += character;
    octets += length;
  }
  return [...strings, current];
}
