import { failure, quoteValue, type Result, success, suggestName } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';

/** What tells a container from others. */
type Named = Pick<Container, 'id' | 'name'>;

/** Fewer digits are taken for a name: Docker's own IDs are quoted with 12. */
const ID_PREFIX = /^[0-9a-f]{4,64}$/i;

const SHORT_ID = /^[0-9a-f]{1,3}$/i;

const MAX_NAMES = 5;

/**
 * The container that somebody means: its name (with or without the engine's slash), or the first digits of its ID, at least
 * four. The error is a sentence with the containers that come near.
 */
export function chooseContainer<T extends Named>(wanted: string, containers: readonly T[]): Result<T, string> {
  const name = wanted.startsWith('/') ? wanted.slice(1) : wanted;
  const called = containers.find((container) => container.name === name);
  if (called !== undefined) return success(called);
  const [first, ...others] = ID_PREFIX.test(wanted)
    ? containers.filter(({ id }) => id.startsWith(wanted.toLowerCase()))
    : [];
  if (first === undefined) return failure(`there is no container ${quoteValue(wanted)}: ${hint(name, containers)}`);
  if (others.length === 0) return success(first);
  const all = [first, ...others].map((container) => `${container.name} (${container.id.slice(0, 12)})`);
  return failure(`${quoteValue(wanted)} begins the IDs of ${enumerate(all, 'and')}: give more digits, or a name`);
}

function hint(wanted: string, containers: readonly Named[]): string {
  const names = containers.map(({ name }) => name).toSorted();
  const nearest = suggestName(wanted, names);
  const containing = wanted === '' ? [] : names.filter((name) => name.toLowerCase().includes(wanted.toLowerCase()));
  const near = [...new Set(nearest === undefined ? containing : [nearest, ...containing])];
  if (near.length === 0 && SHORT_ID.test(wanted)) return 'of an ID at least four digits are needed';
  return near.length === 0 ? 'docker ps -a lists them' : `did you mean ${enumerate(near, 'or')}?`;
}

/** `a, b and c`; of many the first few, and how many more there are. */
function enumerate(items: readonly string[], conjunction: 'and' | 'or'): string {
  const shown = items.length > MAX_NAMES ? [...items.slice(0, MAX_NAMES), `${items.length - MAX_NAMES} more`] : items;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
