/** The promise's outcome, or a rejection at once when `signal` aborts first; what comes later is not looked at. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const given = Promise.withResolvers<never>();
  const abort = (): void => given.reject(new Error('given up'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, given.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
