import { utf8Length } from './utf8.ts';

/** RFC 1035 section 2.3.4: a label has at most 63 octets. */
export const MAX_LABEL_OCTETS = 63;

/**
 * The form in which labels are compared: ASCII letters in lower case, everything else as it is (RFC 4343 section 3:
 * only ASCII letters have a case in DNS).
 */
export function canonicalLabel(label: string): string {
  // Nearly every label is in lower case, and this is the cheapest way to see that.
  if (label.toLowerCase() === label) return label;
  return label.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Why `label` cannot be a label of a domain name, or undefined when it can: 1 to 63 octets of UTF-8. */
export function labelProblem(label: string): string | undefined {
  return labelLengthProblem(utf8Length(label));
}

/** As `labelProblem`, of what `utf8Length` says of the label. */
export function labelLengthProblem(octets: number | undefined): string | undefined {
  if (octets === undefined) return 'it has half of a surrogate pair, which UTF-8 cannot express';
  if (octets === 0) return 'a label is empty';
  if (octets > MAX_LABEL_OCTETS) return `a label has ${octets} octets, at most ${MAX_LABEL_OCTETS} fit`;
  return undefined;
}

/** Whether `text` has a control character (C0, DEL or C1): nothing that people name on purpose has one. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
