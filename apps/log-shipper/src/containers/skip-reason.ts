import type { Container } from '@wharf/docker-watcher';

export interface SkipRules {
  /** Containers with a TTY are shipped too. */
  readonly allowTty: boolean;
  /** The host name of the shipper itself: inside a container, the beginning of that container's ID. */
  readonly hostname: string;
}

/** Why no route ships a container, for people; undefined when it is shipped. */
export function skipReason(container: Container, { allowTty, hostname }: SkipRules): string | undefined {
  if (isOwnContainer(container.id, hostname)) return 'it is the shipper itself';
  if (isIgnore(container.environment.get('LOGSPOUT'))) return 'its variable LOGSPOUT is ignore';
  if (isIgnore(container.labels.get('LOGSPOUT'))) return 'its label LOGSPOUT is ignore';
  if (container.tty && !allowTty) return 'it has a TTY, and ALLOW_TTY is not true';
  if (container.logDriver === 'none') return 'its log driver is none, which keeps nothing to read';
  return undefined;
}

/** An engine names a container's host after the first 12 digits of its ID unless told otherwise. */
function isOwnContainer(id: string, hostname: string): boolean {
  return /^[0-9a-f]{12}$/.test(hostname) && id.startsWith(hostname);
}

function isIgnore(value: string | undefined): boolean {
  return value?.toLowerCase() === 'ignore';
}
