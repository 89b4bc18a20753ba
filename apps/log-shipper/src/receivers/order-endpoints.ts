import type { Endpoint } from './endpoint.ts';

/**
 * Endpoints in an order to try them, drawn anew each time so that hosts spread: by priority, within it by weight as RFC 2782
 * says, of each target and of a plain name all IPv4 addresses first, in random order.
 * @param random a number in [0, 1), such as `Math.random`
 */
export function orderEndpoints(endpoints: readonly Endpoint[], random: () => number): readonly Endpoint[] {
  const priorities = [...Map.groupBy(endpoints, ({ priority }) => priority)].toSorted(([one], [other]) => one - other);
  return priorities.flatMap(([, group]) => {
    const targets = [...Map.groupBy(group, ({ target, port }) => `${target} ${port}`).values()];
    return orderByWeight(targets, random).flatMap((target) => shuffle(target, random).toSorted(byFamily));
  });
}

/** RFC 2782, "Weight": a target is drawn in proportion to its weight, then another of the rest, and so on. */
function orderByWeight(targets: readonly Endpoint[][], random: () => number): readonly Endpoint[][] {
  // Those of weight 0 first, which gives them a very small chance, and among themselves an even one.
  const rest = shuffle(targets, random).toSorted((one, other) => Math.sign(weightOf(one)) - Math.sign(weightOf(other)));
  const ordered: Endpoint[][] = [];
  while (rest.length > 0) {
    const sum = rest.reduce((total, target) => total + weightOf(target), 0);
    const drawn = Math.floor(random() * (sum + 1));
    let running = 0;
    const chosen = rest.findIndex((target) => (running += weightOf(target)) >= drawn);
    ordered.push(...rest.splice(Math.max(0, chosen), 1));
  }
  return ordered;
}

function weightOf([first]: readonly Endpoint[]): number {
  return first?.weight ?? 0;
}

function byFamily(one: Endpoint, other: Endpoint): number {
  return one.family - other.family;
}

/** Fisher and Yates. */
function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  const rest = [...items];
  const shuffled: T[] = [];
  while (rest.length > 0) shuffled.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return shuffled;
}
