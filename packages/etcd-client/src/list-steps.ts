import { type KeyRange, keyAfter } from './etcd-messages.ts';

/**
 * One request of a listing. etcd goes over every key of the range for each page, because it says how many there are: a
 * third of a second for a million, which nobody else can read meanwhile. So a range ends where the keys end that begin
 * alike, as soon as many are left, and begins alike less when few were found.
 */
export interface ListStep {
  readonly range: KeyRange;
  /** How many bytes all keys of the range have in common. */
  readonly alike: number;
  /** How many of these are given up when the range has no more keys. */
  readonly giveUp: number;
}

/** What etcd said of a step. */
export interface StepAnswer {
  /** The first and last key of the page. */
  readonly first: Buffer | undefined;
  readonly last: Buffer | undefined;
  /** Whether the range has keys behind the last. */
  readonly more: boolean;
  /** How many keys the range has. */
  readonly count: number;
  /** How many of them are in the page, and how many were asked for at most. */
  readonly found: number;
  readonly limit: number;
}

/** A range may have as many pages without being cut. */
const PAGES_IN_RANGE = 4;

/** The first step of the listing of `whole`. */
export function firstStep(whole: KeyRange): ListStep {
  return { range: whole, alike: 0, giveUp: 1 };
}

/** The step after `step`, or undefined when all keys of `whole` are found. */
export function nextStep(
  whole: KeyRange,
  { range, alike, giveUp }: ListStep,
  answer: StepAnswer,
): ListStep | undefined {
  const { first, last, more, count, found, limit } = answer;
  if (more && first !== undefined && last !== undefined) {
    const isLong = count > PAGES_IN_RANGE * limit && found > 1;
    return stepFrom(whole, keyAfter(last), isLong ? commonLength(first, last) : alike, 1);
  }
  const key = keyBehind(range.key.subarray(0, alike));
  if (key === undefined || alike === 0 || !isBefore(key, whole)) return undefined;
  return stepFrom(whole, key, alike - giveUp, 2 * found < limit ? 2 * giveUp : 1);
}

/** Up to the end of the keys that have so many bytes in common with `key`, and of `whole`. */
function stepFrom(whole: KeyRange, key: Buffer, alike: number, giveUp: number): ListStep {
  const end = alike > 0 ? keyBehind(key.subarray(0, alike)) : undefined;
  if (end === undefined || !isBefore(end, whole))
    return { range: { key, range_end: whole.range_end }, alike: 0, giveUp };
  return { range: { key, range_end: end }, alike, giveUp };
}

/** The least key that is greater than all that begin with `start`; there is none behind 0xff. */
function keyBehind(start: Buffer): Buffer | undefined {
  let length = start.length;
  while (length > 0 && start[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const key = Buffer.from(start.subarray(0, length));
  key[length - 1] = (key[length - 1] ?? 0) + 1;
  return key;
}

/** A range whose end is a zero byte has none. */
function isBefore(key: Buffer, { range_end: end }: KeyRange): boolean {
  return (end.length === 1 && end[0] === 0) || Buffer.compare(key, end) < 0;
}

function commonLength(a: Buffer, b: Buffer): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
