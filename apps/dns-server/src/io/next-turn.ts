/** Resolves after everything that the event loop has to do now, promises that were made before included. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
