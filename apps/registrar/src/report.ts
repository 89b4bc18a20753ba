import type { FollowerStatus } from '@wharf/docker-watcher';
import type { OwnershipStatus } from './io/ownership.ts';
import type { ContainerRecords } from './records/container-records.ts';

/** What decides whether the registrar does its job. */
export interface RegistrarState {
  readonly engine: { readonly description: string; readonly status: FollowerStatus | undefined };
  readonly store: { readonly description: string; readonly linkReason: string | undefined };
  readonly ownership: OwnershipStatus | undefined;
  readonly failure: string | undefined;
  readonly hasSynced: boolean;
}

/** Why the records may not be what the containers are, a sentence each; empty when they are. */
export function readinessReasons({ engine, store, ownership, failure, hasSynced }: RegistrarState): readonly string[] {
  const reasons: string[] = [];
  if (engine.status?.phase !== 'following') {
    const why = engine.status?.error?.message ?? 'not asked yet';
    reasons.push(`the containers of ${engine.description} are not followed, and records stay as they are: ${why}`);
  }
  if (store.linkReason !== undefined) reasons.push(`${store.description} is not followed: ${store.linkReason}`);
  if (ownership?.state === 'standing-by') {
    const instance = ownership.other?.instance ?? 'unknown';
    reasons.push(`another process (${instance}) keeps this host's records: give each host its own name with -host`);
  } else if (ownership?.state !== 'holding') {
    reasons.push(`no lease of ${store.description} is held yet`);
  }
  if (failure !== undefined) reasons.push(`the newest synchronisation failed: ${failure}`);
  else if (!hasSynced) reasons.push('the services have not been registered yet');
  return reasons;
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
    services: announced.map(({ key }) => key),
    skipped,
    warnings,
  };
}

/** A service as `/debug/services` shows it. */
export function describeServices(part: ContainerRecords): readonly unknown[] {
  return part.announced.map(({ key, value, service }) => ({
    container: part.containerName,
    name: service.name,
    id: service.id,
    address: service.address,
    port: service.port,
    protocol: service.protocol,
    tags: service.tags,
    key,
    value,
  }));
}
