import type { Container } from '@wharf/docker-watcher';
import type { RouteFilter } from './route.ts';

/** Whether a route takes anything of this container; which of its two streams is the filter's `sources`. */
export function matchesFilter(filter: RouteFilter, container: Pick<Container, 'id' | 'name' | 'labels'>): boolean {
  return (
    container.id.startsWith(filter.idPrefix) &&
    (filter.name === undefined || filter.name(container.name)) &&
    filter.labels.every(({ key, value }) => value(container.labels.get(key) ?? ''))
  );
}
