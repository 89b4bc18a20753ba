/** `always`: a container's records go when it ends. `on-success`: only when it ended well. */
export type DeregisterRule = 'always' | 'on-success';

/** Exit codes of containers that ended well: 0, and 128 + SIGKILL and 128 + SIGTERM, which is how they are stopped. */
const CLEAN_EXITS: ReadonlySet<number> = new Set([0, 137, 143]);

/**
 * Whether the records of a container outlive it: with `on-success`, when it failed. They then stay for the TTL, as in
 * the original, whose keys lapse when they are no longer refreshed. An unknown exit code counts as clean, because a
 * record too many is a ghost.
 */
export function keepsRecords(rule: DeregisterRule, exitCode: number | undefined): boolean {
  return rule === 'on-success' && exitCode !== undefined && !CLEAN_EXITS.has(exitCode);
}
