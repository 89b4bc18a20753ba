/** Those that there are, as one text; undefined when there is none. */
export function joinTroubles(...troubles: readonly (string | undefined)[]): string | undefined {
  const present = troubles.filter((trouble) => trouble !== undefined && trouble !== '');
  return present.length === 0 ? undefined : present.join('; ');
}
