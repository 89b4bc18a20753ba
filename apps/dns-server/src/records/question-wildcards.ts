import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { RecordIndex } from './record-index.ts';

/** The labels of a question that match any label there, as in SkyDNS. */
const WILDCARDS: ReadonlySet<string> = new Set(['*', 'any']);

/**
 * What is right of the last wildcard among the labels that `name` has before its zone, which are `labelsBefore`: all
 * names that match are below it. Undefined when none of them is a wildcard.
 */
export function belowWildcards(name: Labels, labelsBefore: number): Labels | undefined {
  const last = lastWildcard(name, labelsBefore);
  return last < 0 ? undefined : name.slice(last + 1);
}

/**
 * The names that may match a question with wildcards, each of which stands for one label; not all of them need exist.
 * @param labelsBefore how many labels of `name` may be wildcards
 * @param limit how many names are looked at in all, so that a question with many wildcards takes no longer than others
 */
export function matchingNames(
  index: Pick<RecordIndex, 'listBelow'>,
  name: Labels,
  labelsBefore: number,
  limit: number,
): readonly Labels[] {
  let names: readonly Labels[] = [[]];
  let left = limit;
  let end = name.length;
  for (let at = lastWildcard(name, labelsBefore); at >= 0; at = lastWildcard(name, at)) {
    const fixed = name.slice(at + 1, end);
    const matching: Labels[] = [];
    for (const below of names) {
      if (left === 0) break;
      const parent = [...fixed, ...below];
      const children = index.listBelow(parent, left);
      left -= Math.max(children.length, 1);
      for (const { label } of children) matching.push([label, ...parent]);
    }
    names = matching;
    end = at;
  }
  const first = name.slice(0, end);
  return first.length === 0 ? names : names.map((below) => [...first, ...below]);
}

function lastWildcard(name: Labels, end: number): number {
  for (let at = end - 1; at >= 0; at--) {
    const label = name[at] ?? '';
    if (label.length <= 3 && WILDCARDS.has(canonicalLabel(label))) return at;
  }
  return -1;
}
