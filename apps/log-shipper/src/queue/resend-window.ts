/** How long, and at most how many bytes of, messages are held that were handed to the kernel. */
export interface ResendLimits {
  readonly ageMs: number;
  readonly bytes: number;
  /** At most so many messages; any number when absent. */
  readonly messages?: number;
}

/** Messages that were handed to the kernel and may be lost all the same: nothing acknowledges them. */
export interface ResendWindow {
  /** How many it holds. */
  readonly messages: number;
  /**
   * `count` messages of `bytes` together were handed to the kernel at `atMs`; returns how many there is no room for, the
   * oldest. Age is `expire`'s alone: its caller has made sure that the connection is not known to be lost.
   */
  add(count: number, bytes: number, atMs: number): number;
  /** How many messages have become old enough by `atMs`. */
  expire(atMs: number): number;
  /** Milliseconds from `atMs` until `expire` has something to say; undefined when the window is empty. */
  nextExpiryMs(atMs: number): number | undefined;
  /** All of them; the window is empty afterwards. */
  clear(): number;
}

/**
 * A receiver that dies takes along what its kernel had accepted and it had not read, and a sender learns of the end of
 * a connection only after it has written into it. What was written shortly before is therefore sent again: twice
 * rather than never.
 */
export function createResendWindow(limits: ResendLimits): ResendWindow {
  const writes: { readonly count: number; readonly bytes: number; readonly atMs: number }[] = [];
  const { ageMs, bytes: byteLimit, messages: messageLimit = Number.POSITIVE_INFINITY } = limits;
  let heldBytes = 0;
  let heldMessages = 0;

  const release = (isDue: (oldest: { readonly atMs: number }) => boolean): number => {
    let count = 0;
    for (let oldest = writes[0]; oldest !== undefined && isDue(oldest); oldest = writes[0]) {
      writes.shift();
      heldBytes -= oldest.bytes;
      heldMessages -= oldest.count;
      count += oldest.count;
    }
    return count;
  };
  const hasTooMuch = (): boolean => heldBytes > byteLimit || heldMessages > messageLimit || ageMs === 0;

  return {
    get messages() {
      return heldMessages;
    },
    add(count, bytes, atMs) {
      writes.push({ count, bytes, atMs });
      heldBytes += bytes;
      heldMessages += count;
      return release(hasTooMuch);
    },
    expire: (atMs) => release((oldest) => atMs - oldest.atMs >= ageMs),
    nextExpiryMs(atMs) {
      const oldest = writes[0];
      return oldest === undefined ? undefined : Math.max(0, oldest.atMs + ageMs - atMs);
    },
    clear: () => release(() => true),
  };
}
