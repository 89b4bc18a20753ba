import type { MessageTotals } from './segment-format.ts';

/** Where a record begins. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

/** A segment on disk. */
export interface SegmentFacts {
  readonly number: number;
  /** The bytes that are known to be records, the header included: nothing behind them is read. */
  readonly end: number;
  /** Messages that have yet to be read from it. */
  readonly unread: MessageTotals;
  /** Where the first of them begins. */
  readonly unreadFrom: number;
}

/** Which segments there are, and what of them has yet to be read: the records from `cursor` on, without a gap. */
export interface SegmentLedger {
  /** Of all segments together. */
  readonly diskBytes: number;
  readonly unread: MessageTotals;
  /** The next record to read, and where the records of its segment end; undefined when there is none. */
  readonly cursor: (Place & { readonly end: number }) | undefined;
  /** Whether `takeOldest` would find one. */
  readonly hasVictim: boolean;
  add(segment: SegmentFacts): void;
  /** The newest segment is good up to `end`. */
  grow(end: number): void;
  /** A record at this place of the newest segment will have to be read. */
  leave(place: Place, totals: MessageTotals): void;
  /** The segment of the cursor has been read up to `offset`; false when it is not that segment's turn. */
  read(segment: number, offset: number, totals: MessageTotals): boolean;
  /** What is left of the cursor's segment cannot be read: returns what is lost. */
  skip(): MessageTotals;
  /** Takes out the segments before the one with that number; what of them is unread is done with. */
  takeBefore(number: number): readonly number[];
  /** Takes out the oldest segment of which nothing has been read, but never the newest; returns what is lost. */
  takeOldest(): (MessageTotals & { readonly number: number }) | undefined;
}

interface Segment {
  readonly number: number;
  end: number;
  unreadMessages: number;
  unreadBytes: number;
  unreadFrom: number;
}

export function createSegmentLedger(found: readonly SegmentFacts[] = []): SegmentLedger {
  let segments: Segment[] = [];
  let diskBytes = 0;
  let messages = 0;
  let bytes = 0;

  const first = (): Segment | undefined =>
    messages === 0 ? undefined : segments.find((each) => each.unreadMessages > 0);
  const victim = (): Segment | undefined => {
    const reading = first();
    const newest = segments.at(-1);
    return reading && segments.find((each) => each.number > reading.number && each !== newest);
  };
  const settle = (segment: Segment, count: number, length: number): void => {
    segment.unreadMessages -= count;
    segment.unreadBytes -= length;
    messages -= count;
    bytes -= length;
  };
  const lose = (segment: Segment): MessageTotals => {
    const lost = { messages: segment.unreadMessages, bytes: segment.unreadBytes };
    settle(segment, lost.messages, lost.bytes);
    return lost;
  };
  const add = ({ number, end, unread, unreadFrom }: SegmentFacts): void => {
    segments.push({ number, end, unreadMessages: unread.messages, unreadBytes: unread.bytes, unreadFrom });
    diskBytes += end;
    messages += unread.messages;
    bytes += unread.bytes;
  };
  for (const segment of found) add(segment);

  return {
    get diskBytes() {
      return diskBytes;
    },
    get unread() {
      return { messages, bytes };
    },
    get cursor() {
      const segment = first();
      return segment === undefined
        ? undefined
        : { segment: segment.number, offset: segment.unreadFrom, end: segment.end };
    },
    get hasVictim() {
      return victim() !== undefined;
    },
    add,
    grow(end) {
      const newest = segments.at(-1);
      if (newest === undefined) return;
      diskBytes += end - newest.end;
      newest.end = end;
    },
    leave(place, totals) {
      const newest = segments.at(-1);
      if (newest === undefined) return;
      if (newest.unreadMessages === 0) newest.unreadFrom = place.offset;
      settle(newest, -totals.messages, -totals.bytes);
    },
    read(number, offset, totals) {
      const segment = first();
      if (segment?.number !== number) return false;
      segment.unreadFrom = offset;
      settle(segment, Math.min(totals.messages, segment.unreadMessages), Math.min(totals.bytes, segment.unreadBytes));
      return true;
    },
    skip() {
      const segment = first();
      return segment === undefined ? NOTHING : lose(segment);
    },
    takeBefore(number) {
      if ((segments[0]?.number ?? number) >= number) return [];
      const old = segments.filter((each) => each.number < number);
      segments = segments.filter((each) => each.number >= number);
      for (const segment of old) {
        lose(segment);
        diskBytes -= segment.end;
      }
      return old.map((each) => each.number);
    },
    takeOldest() {
      const oldest = victim();
      if (oldest === undefined) return undefined;
      segments = segments.filter((each) => each !== oldest);
      diskBytes -= oldest.end;
      return { number: oldest.number, ...lose(oldest) };
    },
  };
}

const NOTHING: MessageTotals = { messages: 0, bytes: 0 };
