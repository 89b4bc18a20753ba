import { domainProblem, type Labels, renderDomain } from './domain.ts';
import { hasControlCharacter } from './label.ts';
import { failure, type Result, success } from './result.ts';

/** The path under which SkyDNS keeps its records unless told otherwise (`-path-prefix`). */
export const DEFAULT_PATH_PREFIX = 'skydns';

/**
 * The key of the record for a name: `/skydns/local/skydns/east/web/1` for `1.web.east.skydns.local`. Labels are written
 * as given. Fails, with the reason, for a name that is none and for labels that a path cannot hold.
 * @param prefix path of the records, with or without slashes around it: `skydns`, `teams/a`; empty for none
 */
export function keyOf(prefix: string, labels: Labels): Result<string, string> {
  const problem = domainProblem(labels) ?? firstSegmentProblem(labels);
  if (problem !== undefined) return failure(`${renderDomain(labels)} has no key: ${problem}`);
  return success([root(prefix), ...labels.toReversed()].join('/'));
}

/**
 * What the keys of all names below `domain` start with, and no others': `/skydns/local/skydns/` for `skydns.local`, and
 * `/skydns/` for the root. The domain's own record is not among them: its key is `keyOf(prefix, domain)`.
 */
export function keyPrefixOf(prefix: string, domain: Labels): Result<string, string> {
  const key = keyOf(prefix, domain);
  return key.ok ? success(`${key.value}/`) : key;
}

/**
 * The name whose record `key` is, or undefined when it is no record's: outside of `prefix`, or with an empty segment.
 * Keys are written by many hands: labels come as they are in the key, and may be longer than DNS allows (Registrator
 * writes IDs of any length). Such a record still answers for the names above it; ask `domainProblem` before its own
 * name is put into a packet.
 */
export function labelsOfKey(prefix: string, key: string): Labels | undefined {
  const start = `${root(prefix)}/`;
  if (!key.startsWith(start)) return undefined;
  const segments = key.slice(start.length).split('/');
  return segments.includes('') ? undefined : segments.toReversed();
}

/** Why `label` cannot be one segment of a key, or undefined when it can. */
export function segmentProblem(label: string): string | undefined {
  if (label === '') return 'it is empty';
  if (label === '.' || label === '..') return `"${label}" would be a step in a path, not a name`;
  if (label.includes('/')) return 'it contains a slash, which separates labels in a key';
  if (hasControlCharacter(label)) return 'it contains a control character';
  if (!label.isWellFormed()) return 'it is not UTF-8, and keys are';
  return undefined;
}

/** One segment, without slashes around it. */
const PLAIN_PREFIX = /^[^/]+$/;

function firstSegmentProblem(labels: Labels): string | undefined {
  for (const label of labels) {
    const problem = segmentProblem(label);
    if (problem !== undefined) return `the label "${renderDomain([label])}" cannot be part of a path: ${problem}`;
  }
  return undefined;
}

function root(prefix: string): string {
  if (PLAIN_PREFIX.test(prefix)) return `/${prefix}`;
  return prefix
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('');
}
