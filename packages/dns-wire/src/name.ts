import { MAX_LABEL_OCTETS, MAX_NAME_OCTETS } from './limits.ts';
import type { Name } from './message.ts';
import { textLength } from './octets.ts';

/** Why `name` cannot be on the wire (RFC 1035 section 2.3.4), as the end of a sentence, or undefined when it can. */
export function nameProblem(name: Name): string | undefined {
  let total = 1;
  for (const label of name) {
    const octets = textLength(label);
    if (octets < 0) return 'a label has half of a surrogate pair, which stands for no octets';
    if (octets === 0) return 'a label is empty';
    if (octets > MAX_LABEL_OCTETS) return `a label has ${octets} octets, at most ${MAX_LABEL_OCTETS} fit`;
    total += 1 + octets;
  }
  return total > MAX_NAME_OCTETS ? `the name has ${total} octets, at most ${MAX_NAME_OCTETS} fit` : undefined;
}

/** Whether two names are the same name: ASCII letters in either case are equal (RFC 4343 section 3). */
export function sameName(one: Name, other: Name): boolean {
  if (one.length !== other.length) return false;
  return one.every((label, index) => {
    const against = other[index] ?? '';
    return label === against || lowerCase(label) === lowerCase(against);
  });
}

function lowerCase(label: string): string {
  return label.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
