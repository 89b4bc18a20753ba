/** Things that are awaited by name, and may come before or after somebody asks for them. */
export interface Arrivals<T> {
  arrive(name: string, value: T): void;
  /** Resolves to the first that arrives or has arrived under that name. */
  of(name: string): Promise<T>;
}

const LIMIT_MS = 60_000;

/**
 * @param what for the message when one does not arrive within a minute: `change of a key`
 */
export function createArrivals<T>(what: string): Arrivals<T> {
  const arrived = new Map<string, T>();
  const awaited = new Map<string, (value: T) => void>();
  return {
    arrive(name, value) {
      if (arrived.has(name)) return;
      arrived.set(name, value);
      awaited.get(name)?.(value);
      awaited.delete(name);
    },
    of(name) {
      const value = arrived.get(name);
      if (value !== undefined) return Promise.resolve(value);
      return new Promise((resolve, reject) => {
        const limit = setTimeout(() => reject(new Error(`no ${what} "${name}" within ${LIMIT_MS} ms`)), LIMIT_MS);
        awaited.set(name, (late) => {
          clearTimeout(limit);
          resolve(late);
        });
      });
    },
  };
}
