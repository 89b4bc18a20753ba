/**
 * Resolves when all have ended, and not before: what one failed beside another can then be cleared away whole.
 * @throws the first error of any
 */
export async function allSettled<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
