import type { FollowerStatus } from '@wharf/docker-watcher';
import type { ContainerRecords } from './records/container-records.ts';
import type { DuplicateKey } from './records/merge-records.ts';
import type { Conflict } from './registries/registry.ts';

/**
 * Why the containers may be others than those that are registered, a sentence each; empty when they are not.
 * @param engine in words
 */
export function engineReasons(engine: string, status: FollowerStatus | undefined): readonly string[] {
  if (status?.phase === 'following') return [];
  const why = status?.error?.message ?? 'not asked yet';
  return [`the containers of ${engine} are not followed, and records stay as they are: ${why}`];
}

/** A container as `/debug/containers` shows it. Attributes are left out: they may hold what is meant for the application. */
export function describeContainer({
  containerId,
  containerName,
  announced,
  skipped,
  warnings,
}: ContainerRecords): unknown {
  return {
    id: containerId.slice(0, 12),
    name: containerName,
    // What it asks for: /debug/conflicts says which of these keys somebody else has.
    keys: announced.flatMap(({ entries }) => entries.map(({ key }) => key)),
    skipped,
    warnings,
  };
}

/** A service as `/debug/services` shows it. */
export function describeServices(part: ContainerRecords): readonly unknown[] {
  return part.announced.map(({ entries, service }) => ({
    container: part.containerName,
    name: service.name,
    id: service.id,
    address: service.address,
    port: service.port,
    protocol: service.protocol,
    tags: service.tags,
    entries,
  }));
}

/** A key that two containers of this host ask for, as `/debug/conflicts` shows it. */
export function describeDuplicate({ key, holder, loser }: DuplicateKey): Conflict & { readonly loser: string } {
  return { key, holder: `container ${holder}`, loser: `container ${loser}` };
}
