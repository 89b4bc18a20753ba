/** A few buffers for all that read: whoever finds none free waits in line. */
export interface BufferPool {
  /** Gives a buffer, and takes it back when what `use` returns is settled. */
  with<T>(use: (buffer: Buffer) => Promise<T>): Promise<T>;
}

export function createBufferPool(count: number, bytes: number): BufferPool {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;

  const take = (): Buffer | Promise<Buffer> => {
    const buffer = free.pop();
    if (buffer !== undefined) return buffer;
    if (made < count) {
      made++;
      return Buffer.allocUnsafeSlow(bytes);
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const giveBack = (buffer: Buffer): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(buffer);
    else next(buffer);
  };
  return {
    async with(use) {
      const buffer = await take();
      try {
        return await use(buffer);
      } finally {
        giveBack(buffer);
      }
    },
  };
}
