/** Runs of octets, kept until newer ones need their place: bounded memory without bookkeeping for each run. */
export interface OctetRing {
  /** All of it; pages that nothing was written to cost nothing. */
  readonly memory: Buffer;
  /** How many octets are held. */
  readonly size: number;
  /** Keeps a copy of `octets`, no more than the capacity; returns its ticket. */
  add(octets: Uint8Array): number;
  /** Whether the run with this ticket is still there. */
  holds(ticket: number): boolean;
  /** Where in `memory` it begins. */
  offsetOf(ticket: number): number;
}

/** @param capacity in octets */
export function createOctetRing(capacity: number): OctetRing {
  const memory = Buffer.alloc(capacity);
  /** Octets that were ever passed, those left free at the end of a round included; tickets are such numbers. */
  let written = 0;
  return {
    memory,
    get size() {
      return Math.min(written, capacity);
    },
    add(octets) {
      if (octets.length > capacity) throw new RangeError(`${octets.length} octets do not fit into ${capacity}`);
      const left = capacity - (written % capacity);
      if (octets.length > left) written += left;
      const ticket = written;
      memory.set(octets, ticket % capacity);
      written += octets.length;
      return ticket;
    },
    holds: (ticket) => written - ticket <= capacity,
    offsetOf: (ticket) => ticket % capacity,
  };
}
