import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { RecordIndex } from './record-index.ts';

/** The labels of a question that match any label there, as in SkyDNS. */
const WILDCARDS: ReadonlySet<string> = new Set(['*', 'any']);

/** Whether any of the first `labelsBefore` labels, those before the zone's, is a wildcard. */
export function hasWildcard(name: Labels, labelsBefore: number): boolean {
  return lastWildcard(name, labelsBefore) >= 0;
}

/** Most names that are looked at for one wildcard of a question, and for all of them. */
const MAX_NAMES_PER_WILDCARD = 1_000;
const MAX_NAMES_LOOKED_AT = 4_000;

/** Names that may match a question; not all of them need exist. */
export interface MatchingNames {
  readonly names: readonly Labels[];
  /** True when there may be more, for not all names were looked at: a question must not take long. */
  readonly isCut: boolean;
}

/**
 * The names that may match a question with wildcards, each of which stands for one label.
 * @param labelsBefore how many labels of `name` may be wildcards
 */
export function matchingNames(
  index: Pick<RecordIndex, 'labelsBelow'>,
  name: Labels,
  labelsBefore: number,
): MatchingNames {
  let names: readonly Labels[] = [[]];
  let isCut = false;
  let left = MAX_NAMES_LOOKED_AT;
  let end = name.length;
  for (let at = lastWildcard(name, labelsBefore); at >= 0; at = lastWildcard(name, at)) {
    const fixed = name.slice(at + 1, end);
    const parents = names.map((below) => [...fixed, ...below]);
    const found = childrenOf(index, parents, Math.min(left, MAX_NAMES_PER_WILDCARD));
    isCut ||= found.isCut;
    left -= found.looked;
    names = found.names;
    end = at;
  }
  const first = name.slice(0, end);
  return { names: first.length === 0 ? names : names.map((below) => [...first, ...below]), isCut };
}

interface Children extends MatchingNames {
  /** How many names that took. */
  readonly looked: number;
}

function childrenOf(index: Pick<RecordIndex, 'labelsBelow'>, parents: readonly Labels[], limit: number): Children {
  const names: Labels[] = [];
  let looked = 0;
  for (const parent of parents) {
    if (looked >= limit) return { names, isCut: true, looked };
    const labels = index.labelsBelow(parent, limit - looked);
    looked += Math.max(labels.length, 1);
    for (const label of labels) names.push([label, ...parent]);
  }
  return { names, isCut: looked >= limit, looked };
}

function lastWildcard(name: Labels, end: number): number {
  for (let at = end - 1; at >= 0; at--) {
    const label = name[at] ?? '';
    if (label.length <= 3 && WILDCARDS.has(canonicalLabel(label))) return at;
  }
  return -1;
}
