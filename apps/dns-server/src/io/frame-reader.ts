const LENGTH_OCTETS = 2;
const FIRST_CAPACITY = 512;
const NOTHING = Buffer.alloc(0);

/** Cuts a TCP byte stream into DNS messages (RFC 1035, section 4.2.2). */
export interface FrameReader {
  /** Adds bytes that arrived; they are copied. */
  push(chunk: Buffer): void;
  /** The next whole message, or undefined until more bytes arrive; valid until the next `push`. */
  next(): Buffer | undefined;
}

/** It holds at most twice what was pushed and not taken yet, so whoever pushes bounds it. */
export function createFrameReader(): FrameReader {
  let held = NOTHING;
  let start = 0;
  let end = 0;

  return {
    push(chunk) {
      if (end + chunk.length > held.length) {
        const length = end - start;
        const capacity = Math.max(FIRST_CAPACITY, 2 * (length + chunk.length));
        const larger = capacity > held.length ? Buffer.allocUnsafe(capacity) : held;
        held.copy(larger, 0, start, end);
        held = larger;
        start = 0;
        end = length;
      }
      chunk.copy(held, end);
      end += chunk.length;
    },
    next() {
      if (start === end) {
        // An idle connection holds no memory.
        held = NOTHING;
        start = 0;
        end = 0;
      }
      if (end - start < LENGTH_OCTETS) return undefined;
      const from = start + LENGTH_OCTETS;
      const to = from + held.readUInt16BE(start);
      if (to > end) return undefined;
      start = to;
      return held.subarray(from, to);
    },
  };
}

/** The message with its length in front, in one buffer. */
export function frame(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(LENGTH_OCTETS + message.length);
  framed.writeUInt16BE(message.length, 0);
  message.copy(framed, LENGTH_OCTETS);
  return framed;
}
