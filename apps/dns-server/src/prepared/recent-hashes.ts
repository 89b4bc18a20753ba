/** Remembers hashes of 32 bits for a while: until another of the same upper half comes. */
export interface RecentHashes {
  /** Whether the hash is remembered; it is from now on. */
  isRepeated(hash: number): boolean;
}

export function createRecentHashes(): RecentHashes {
  const last = new Int32Array(2 ** 16);
  return {
    isRepeated(hash) {
      const place = hash >>> 16;
      const isRepeated = last[place] === hash;
      last[place] = hash;
      return isRepeated;
    },
  };
}
