import { lowerCaseOctet } from '../records/name-hash.ts';
import type { PreparedEntry } from './prepared-entry.ts';

/** Entries that share a place: of those the one that was used least recently makes room. */
const WAYS = 4;

/** Entries by question, of bounded number: where one goes is a matter of its hash alone. */
export interface PreparedTable {
  /** How many entries there are. */
  readonly size: number;
  /**
   * The entry for the question whose name is `octets[nameStart]` to `octets[nameEnd - 1]`, in any case; it counts as used.
   */
  find(
    octets: Uint8Array,
    nameStart: number,
    nameEnd: number,
    type: number,
    room: number,
    hash: number,
  ): PreparedEntry | undefined;
  /** Adds an entry in the place of the one for its question, a free one or the least recently used; says if that was in use. */
  put(entry: PreparedEntry): boolean;
  clear(): void;
}

/** @param sets a power of two; there is room for four times as many entries */
export function createPreparedTable(sets: number): PreparedTable {
  const entries: (PreparedEntry | undefined)[] = Array.from({ length: sets * WAYS }, () => undefined);
  const hashes = new Int32Array(sets * WAYS);
  let uses = 0;
  let size = 0;
  const firstOf = (hash: number): number => (hash & (sets - 1)) * WAYS;

  return {
    get size() {
      return size;
    },
    find(octets, nameStart, nameEnd, type, room, hash) {
      const first = firstOf(hash);
      for (let at = first; at < first + WAYS; at++) {
        if (hashes[at] !== hash) continue;
        const entry = entries[at];
        if (entry?.type !== type || entry.room !== room) continue;
        if (!isSameName(entry.name, octets, nameStart, nameEnd)) continue;
        entry.usedAt = ++uses;
        return entry;
      }
      return undefined;
    },
    put(entry) {
      const first = firstOf(entry.hash);
      let place = first;
      for (let at = first; at < first + WAYS; at++) {
        if (isForSameQuestion(entries[at], entry)) {
          place = at;
          break;
        }
        if ((entries[at]?.usedAt ?? 0) < (entries[place]?.usedAt ?? 0)) place = at;
      }
      const isEviction = entries[place] !== undefined && !isForSameQuestion(entries[place], entry);
      if (entries[place] === undefined) size++;
      entries[place] = entry;
      hashes[place] = entry.hash;
      entry.usedAt = ++uses;
      return isEviction;
    },
    clear() {
      entries.fill(undefined);
      hashes.fill(0);
      size = 0;
    },
  };
}

function isForSameQuestion(one: PreparedEntry | undefined, other: PreparedEntry): boolean {
  return (
    one !== undefined &&
    one.hash === other.hash &&
    one.type === other.type &&
    one.room === other.room &&
    isSameName(one.name, other.name, 0, other.name.length)
  );
}

function isSameName(name: Uint8Array, octets: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) {
    if (name[at] !== lowerCaseOctet(octets[start + at] ?? 0)) return false;
  }
  return true;
}
