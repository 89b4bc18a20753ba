import type { Container } from '@wharf/docker-watcher';
import { type ExcludedLabel, findExcludedLabel } from './excluded-labels.ts';

export interface SkipRules {
  /** Containers with a TTY are shipped too. */
  readonly allowTty: boolean;
  readonly excludedLabels: readonly ExcludedLabel[];
  /** The host name of the shipper itself: inside a container, the beginning of that container's ID. */
  readonly hostname: string;
  /** The shipper's own container, as far as it knows. */
  readonly ownContainerId: string | undefined;
}

/** Why no route ships a container, for people; undefined when it is shipped. */
export function skipReason(container: Container, rules: SkipRules): string | undefined {
  const { allowTty, excludedLabels } = rules;
  if (isOwnContainer(container.id, rules)) return 'it is the shipper itself';
  if (isIgnore(container.environment.get('LOGSPOUT'))) return 'its variable LOGSPOUT is ignore';
  if (isIgnore(container.labels.get('LOGSPOUT'))) return 'its label LOGSPOUT is ignore';
  const excluded = findExcludedLabel(container.labels, excludedLabels);
  if (excluded !== undefined) return `its label ${excluded.name} is excluded by EXCLUDE_LABELS`;
  if (container.tty && !allowTty) return 'it has a TTY, and ALLOW_TTY is not true';
  if (container.logDriver === 'none') return 'its log driver is none, which keeps nothing to read';
  return undefined;
}

/** Without an ID the host name has to do: an engine makes it of the ID's first 12 digits unless told otherwise. */
function isOwnContainer(id: string, { ownContainerId, hostname }: SkipRules): boolean {
  if (ownContainerId !== undefined) return id === ownContainerId;
  return /^[0-9a-f]{12}$/.test(hostname) && id.startsWith(hostname);
}

function isIgnore(value: string | undefined): boolean {
  return value?.toLowerCase() === 'ignore';
}
