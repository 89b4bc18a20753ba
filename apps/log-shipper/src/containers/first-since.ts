import { type ContainerState, parseTimestamp, renderSince } from '@wharf/docker-watcher';

export interface FirstSince {
  /** For a log request; undefined is everything. */
  readonly since: string | undefined;
}

/**
 * Where the log of a container begins that nothing has been taken of yet; undefined when it is not read at all.
 *
 * Neither way begins at the container's `StartedAt`: an engine notes that time after the process runs, and the first
 * lines are older.
 * @param fromNano for a container that was there before the shipper: when that started, nanoseconds since 1970. What
 * has ended by then is not read. Undefined for one that came later: all of it is read.
 */
export function firstSince(state: ContainerState, fromNano: bigint | undefined): FirstSince | undefined {
  if (!hasStarted(state)) return undefined;
  if (fromNano === undefined) return { since: undefined };
  const endedNano = state.running ? undefined : parseTimestamp(state.finishedAt);
  if (endedNano !== undefined && endedNano < fromNano) return undefined;
  return { since: renderSince(fromNano) };
}

/** Engines write the year 1, or nothing, for a container that was created and not started. */
function hasStarted({ running, startedAt }: ContainerState): boolean {
  return running || (parseTimestamp(startedAt) ?? 0n) > 0n;
}
