/**
 * Tells whether a key has been asked for before. Of more keys than `limit` the oldest are forgotten.
 */
export function createOnce(limit: number): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    if (seen.has(key)) return true;
    seen.add(key);
    const [oldest] = seen;
    if (seen.size > limit && oldest !== undefined) seen.delete(oldest);
    return false;
  };
}
