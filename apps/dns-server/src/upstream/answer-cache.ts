import type { Clock } from '@wharf/agent';
import { decodeMessage, encodeMessage, type Message, type Question } from '@wharf/dns-wire';
import { nameIdentity } from '../records/names.ts';
import { ageAnswer, keepAnswer } from './answer-lifetime.ts';
import { withCaseOf } from './with-case-of.ts';

/** What an entry takes besides its octets and its key, more or less. */
const ENTRY_OVERHEAD_OCTETS = 256;

export interface AnswerCacheOptions {
  readonly maxEntries: number;
  /** Octets of all answers and their keys together. */
  readonly maxOctets: number;
  /** Seconds that an answer is kept at most, however long it may be. */
  readonly maxSeconds: number;
  readonly clock: Clock;
}

/** What answers differ by besides the question. */
export interface CacheVariant {
  /** The DO bit; false when absent. */
  readonly dnssecOk?: boolean;
}

/** Answers of other name servers for as long as they may be kept; those that were used last stay longest. */
export interface AnswerCache {
  /** The answer, its TTLs counted down; undefined when there is none that still holds. The ID is 0. */
  get(question: Question, variant?: CacheVariant): Message | undefined;
  /** Keeps an answer if it may be kept (`keepAnswer`), in the place of an earlier one; returns whether it does. */
  put(question: Question, answer: Message, variant?: CacheVariant): boolean;
  readonly entries: number;
  readonly octets: number;
  clear(): void;
}

interface Entry {
  /** As octets: as values it would take ten times the memory. */
  readonly packet: Buffer;
  readonly storedMs: number;
  readonly endsMs: number;
  readonly octets: number;
}

export function createAnswerCache({ maxEntries, maxOctets, maxSeconds, clock }: AnswerCacheOptions): AnswerCache {
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();
  let octets = 0;

  const remove = (key: string): void => {
    octets -= entries.get(key)?.octets ?? 0;
    entries.delete(key);
  };
  const makeRoom = (): void => {
    for (const key of entries.keys()) {
      if (entries.size <= maxEntries && octets <= maxOctets) return;
      remove(key);
    }
  };

  return {
    get(question, variant) {
      const key = keyOf(question, variant);
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const nowMs = clock.monotonicMs();
      const decoded = decodeMessage(entry.packet);
      if (nowMs >= entry.endsMs || !decoded.ok) {
        remove(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return withCaseOf(question, ageAnswer(decoded.value, Math.floor((nowMs - entry.storedMs) / 1_000)));
    },
    put(question, answer, variant) {
      const key = keyOf(question, variant);
      remove(key);
      const kept = keepAnswer(question, answer);
      const packet = kept === undefined ? undefined : encodeWhole(kept.message);
      if (kept === undefined || packet === undefined) return false;
      const size = packet.length + 2 * key.length + ENTRY_OVERHEAD_OCTETS;
      if (size > maxOctets || maxEntries < 1) return false;
      const storedMs = clock.monotonicMs();
      const endsMs = storedMs + Math.min(kept.lifetimeSeconds, maxSeconds) * 1_000;
      entries.set(key, { packet, storedMs, endsMs, octets: size });
      octets += size;
      makeRoom();
      return true;
    },
    get entries() {
      return entries.size;
    },
    get octets() {
      return octets;
    },
    clear() {
      entries.clear();
      octets = 0;
    },
  };
}

function encodeWhole(message: Message): Buffer | undefined {
  const encoded = encodeMessage({ ...message, id: 0 });
  if (!encoded.ok) return undefined;
  // An answer that came in 65,535 octets may take more when it is written again.
  const TC = 0x02;
  return ((encoded.value[2] ?? 0) & TC) === 0 ? encoded.value : undefined;
}

function keyOf({ name, type, class: ofClass }: Question, { dnssecOk = false }: CacheVariant = {}): string {
  return `${type} ${ofClass} ${dnssecOk ? 'DO' : ''} ${nameIdentity(name)}`;
}
