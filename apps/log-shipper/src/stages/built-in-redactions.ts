import type { PatternMatch } from './pattern.ts';
import { REDACTED, type Redaction } from './redaction.ts';

/**
 * Redactions by name. The expressions are native ones in which nothing of unlimited length is tried from more than one
 * place, so that a line made to keep them busy does not.
 */
export const builtInRedactions = {
  /** `local@domain`, of at most 64 characters before the @ (RFC 5321, section 4.5.3.1.1). */
  email: native('email', '@', /[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g),
  /** Dotted quads; so are versions of four numbers. */
  ipv4: native('ipv4', '.', /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)/g),
  /** The token after `Bearer`, as in RFC 6750, section 2.1. */
  bearer: native('bearer', '', /\b(bearer )[\w.~+/-]{8,}=*/gi, [0, REDACTED]),
  /** 13 to 19 digits, also in groups, with the right check digit. */
  'credit-card': { ...native('credit-card', '', /\d(?:[ -]?\d){12,}/g), matches: findCards },
  /** The ID of an AWS access key, long-lived or temporary. */
  'aws-key': native('aws-key', '', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g),
} as const satisfies Readonly<Record<string, Redaction>>;

export type BuiltInRedaction = keyof typeof builtInRedactions;

export const builtInRedactionNames = Object.keys(builtInRedactions).filter(isBuiltIn);

function isBuiltIn(name: string): name is BuiltInRedaction {
  return Object.hasOwn(builtInRedactions, name);
}

/** @param mark what each match has, and few other lines have */
function native(
  source: string,
  mark: string,
  all: RegExp,
  replacement: Redaction['replacement'] = [REDACTED],
): Redaction {
  const once = new RegExp(all, all.flags.replace('g', ''));
  return {
    source,
    test: (text) => text.includes(mark) && once.test(text),
    matches: (text) => toMatches(text, all),
    isLinear: true,
    replacement,
  };
}

function* toMatches(text: string, all: RegExp): Iterable<PatternMatch> {
  for (const match of text.matchAll(all)) {
    yield { start: match.index, end: match.index + match[0].length, groups: match.slice(1) };
  }
}

const DIGIT_RUN = /\d(?:[ -]?\d){12,}/g;

/**
 * A card's number may stand beside other digits: it begins and ends where a group of digits does. Where several could
 * be meant, all of them are hidden.
 */
function* findCards(text: string): Iterable<PatternMatch> {
  for (const run of text.matchAll(DIGIT_RUN)) {
    const groups = [...run[0].matchAll(/\d+/g)].map(({ 0: digits, index }) => ({ digits, start: run.index + index }));
    let found: { start: number; end: number } | undefined;
    for (const [index, { start }] of groups.entries()) {
      const end = findCardEnd(groups, index);
      if (end === undefined) continue;
      if (found !== undefined && start < found.end) found.end = Math.max(found.end, end);
      else {
        if (found !== undefined) yield { ...found, groups: [] };
        found = { start, end };
      }
    }
    if (found !== undefined) yield { ...found, groups: [] };
  }
}

/** Where the longest card ends that begins with the group of digits at `first`. */
function findCardEnd(
  groups: readonly { readonly digits: string; readonly start: number }[],
  first: number,
): number | undefined {
  let digits = '';
  let end: number | undefined;
  for (let at = first; at < groups.length && digits.length < CARD_DIGITS; at++) {
    const group = groups[at];
    digits += group?.digits ?? '';
    if (group !== undefined && isCard(digits)) end = group.start + group.digits.length;
  }
  return end;
}

const CARD_DIGITS = 19;

/** ISO/IEC 7812: 2 to 6 are what banks and card schemes begin with; the last digit is Luhn's. */
function isCard(digits: string): boolean {
  return /^[2-6]\d{12,18}$/.test(digits) && luhnSum(digits) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 0x30;
    const weighted = at % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum;
}
