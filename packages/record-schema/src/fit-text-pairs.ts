import { hasControlCharacter } from './label.ts';
import { inKeyOrder, renderTextPair } from './text-pairs.ts';
import { encodeUtf8 } from './utf8.ts';

/** RFC 1035 section 3.3: of one character-string, which holds key, `=` and value. */
const MAX_STRING_OCTETS = 255;

/** RFC 6763 section 6.2: TXT data of at most so many octets fits into one Ethernet packet, with what goes with it. */
export const MAX_TEXT_OCTETS = 1300;

/** A pair that cannot be published. */
export interface LeftOutPair {
  readonly key: string;
  /** A sentence that tells why, and repeats neither key nor value: both come from others. */
  readonly reason: string;
}

/** What of some pairs goes into one TXT record. */
export interface FittedPairs {
  /** In the order of the keys. */
  readonly fitting: ReadonlyMap<string, string>;
  /** In the order of the keys. */
  readonly leftOut: readonly LeftOutPair[];
}

/**
 * Why `key=value` cannot be a string of a TXT record, as a sentence, or undefined when it can (RFC 6763 section 6.4: the
 * key in printable ASCII, without `=`, not empty). Values are octets to the RFC; to us they are UTF-8 without control
 * characters, because they came out of a text and end up in somebody's terminal.
 */
export function textPairProblem(key: string, value: string): string | undefined {
  if (key === '') return 'its key is empty';
  if (key.includes('=')) return 'its key contains "=", which ends a key';
  if (!/^[ -~]+$/.test(key)) return 'its key is not printable ASCII';
  if (!value.isWellFormed()) return 'its value has half of a surrogate pair, which UTF-8 cannot express';
  if (hasControlCharacter(value)) return 'its value contains a control character';
  const octets = octetLength(`${key}=${value}`);
  return octets > MAX_STRING_OCTETS
    ? `its key and value have ${octets} octets with the "=", at most ${MAX_STRING_OCTETS} fit`
    : undefined;
}

/**
 * Takes of `pairs`, in the order of their keys, each that is none of `textPairProblem`'s and still has room: neither
 * `renderTextPairs` of them nor the TXT data made of it is longer than `MAX_TEXT_OCTETS`. Keys are compared without
 * regard to case, and of two the first counts: readers ignore the other (RFC 6763 section 6.4).
 */
export function fitTextPairs(pairs: ReadonlyMap<string, string>): FittedPairs {
  const fitting = new Map<string, string>();
  const leftOut: LeftOutPair[] = [];
  const taken = new Set<string>();
  let room = MAX_TEXT_OCTETS;
  for (const [key, value] of inKeyOrder(pairs)) {
    // One more for the blank before the next in the text, and for the length before each string in the TXT data.
    const octets = octetLength(renderTextPair([key, value])) + 1;
    const reason =
      textPairProblem(key, value) ?? (taken.has(key.toLowerCase()) ? REPEATED : undefined) ?? full(octets, room);
    if (reason === undefined) {
      fitting.set(key, value);
      taken.add(key.toLowerCase());
      room -= octets;
    } else {
      leftOut.push({ key, reason });
    }
  }
  return { fitting, leftOut };
}

const REPEATED = 'its key is there already in other case, and readers take the first';

function full(octets: number, room: number): string | undefined {
  return octets > room
    ? `it needs ${octets} octets, and of the ${MAX_TEXT_OCTETS} of a TXT record ${room} are left`
    : undefined;
}

function octetLength(text: string): number {
  return encodeUtf8(text.toWellFormed())?.length ?? 0;
}
