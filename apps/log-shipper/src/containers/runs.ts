import { type Container, type ContainerState, parseTimestamp } from '@wharf/docker-watcher';

/** Whether `state` tells of an earlier run of the same container than `other` does. */
export function isEarlierRun(
  state: Pick<ContainerState, 'startedAt'>,
  other: Pick<ContainerState, 'startedAt'>,
): boolean {
  return (parseTimestamp(state.startedAt) ?? 0n) < (parseTimestamp(other.startedAt) ?? 0n);
}

/**
 * `next` with the process of `known`, if that is the same run: a container that has ended has process 0, but the lines
 * still to come are those of the process that it had.
 */
export function withKnownPid(next: Container, known: Container): Container {
  if (next.state.pid !== 0 || next.state.startedAt !== known.state.startedAt) return next;
  return { ...next, state: { ...next.state, pid: known.state.pid } };
}
