import { isDeepStrictEqual } from 'node:util';
import type { Container, ContainerEvent } from '@wharf/docker-watcher';
import { type ContainerRecords, toContainerRecords } from '../records/container-records.ts';
import type { Layout } from '../records/layout.ts';
import { createRecordMerger, type DesiredRecords } from '../records/merge-records.ts';
import type { Host, ServiceRules } from '../services/service.ts';
import { isRunning } from '../services/serving.ts';
import { type DeregisterRule, keepsRecords } from './deregister-rule.ts';
import { type Draining, drainingAfter, isDraining } from './draining.ts';
import { createNetworkSharers } from './network-sharers.ts';

/** One container as it is now; `container` is undefined when it has been removed. */
export interface ContainerSighting {
  readonly id: string;
  readonly container: Container | undefined;
  /** From the event that ended it, if there was one. */
  readonly exitCode: number | undefined;
}

export interface ContainerBookOptions {
  readonly rules: ServiceRules;
  readonly layout: Layout;
  readonly deregister: DeregisterRule;
  /** See `RegistrarConfig.drainSeconds`. */
  readonly drainSeconds: number;
}

/** What is other than when it was asked for the last time. */
export interface BookChanges {
  /** Keys whose value is another now, or is wanted no more. */
  readonly keys: ReadonlySet<string>;
  /** IDs of containers whose services were worked out again, and of those that are gone. */
  readonly containers: ReadonlySet<string>;
}

export interface BookCounts {
  readonly running: number;
  readonly draining: number;
  readonly skippedPorts: number;
}

/**
 * What is known of the containers of a host, and what follows from it for the store. No I/O, no clock. What one event
 * costs does not depend on how many containers there are.
 */
export interface ContainerBook {
  /** All containers, as a listing gave them: whatever is not among them is gone. */
  replaceAll(containers: ReadonlyMap<string, Container>, nowMs: number): void;
  update(sighting: ContainerSighting, nowMs: number): void;
  /** A container may have been asked to stop: its services go then, before it has ended. */
  heed(event: ContainerEvent, nowMs: number): void;
  setHost(host: Host): void;
  /** Undefined before the first listing: nothing may be concluded from not having looked. */
  desired(nowMs: number): DesiredRecords | undefined;
  /** `nowMs` decides what has run out. */
  takeChanges(nowMs: number): BookChanges;
  /**
   * When, after `nowMs`, something changes by itself: records that outlive their container go, or a container that was
   * asked to stop and has not is taken back. Undefined when nothing will.
   */
  nextChangeMs(nowMs: number): number | undefined;
  /** What a container gives; undefined when it is gone. */
  part(id: string): ContainerRecords | undefined;
  /** What each container gives, those that do not run included. */
  parts(): readonly ContainerRecords[];
  counts(): BookCounts;
}

export function createContainerBook(initialHost: Host, options: ContainerBookOptions): ContainerBook {
  const { rules, layout, deregister, drainSeconds } = options;
  let host = initialHost;
  let isListed = false;
  const containers = new Map<string, Container>();
  const sharers = createNetworkSharers(containers);
  const parts = new Map<string, ContainerRecords>();
  const merger = createRecordMerger();
  const running = new Set<string>();
  /** Until when the records of containers that have failed stay. */
  const lasting = new Map<string, number>();
  const draining = new Map<string, Draining>();
  /** Who still ran when the time to drain was over: engines and late inspections tell of the same signal again. */
  const survivors = new Map<string, Draining>();
  let looked = new Set<string>();
  let skippedPorts = 0;

  const setPart = (id: string, part: ContainerRecords | undefined): void => {
    skippedPorts += (part?.skipped.length ?? 0) - (parts.get(id)?.skipped.length ?? 0);
    if (part === undefined) parts.delete(id);
    else parts.set(id, part);
    merger.set(id, part);
    looked.add(id);
  };

  const recompute = (id: string): void => {
    const container = containers.get(id);
    if (container === undefined) return setPart(id, undefined);
    const part = toContainerRecords(container, sharers.linkedTo(container), host, rules, layout);
    return setPart(id, draining.has(id) ? withheld(part) : part);
  };

  const outlive = ({ id, container, exitCode }: ContainerSighting, nowMs: number): void => {
    const part = parts.get(id);
    if (container !== undefined && isRunning(container)) forgetLasting(id);
    else if (part !== undefined && part.announced.length > 0) {
      if (!keepsRecords(deregister, exitCode ?? container?.state.exitCode)) return;
      lasting.set(id, nowMs + rules.ttlSeconds * 1000);
      merger.setLasting(id, part);
    }
  };

  const forgetLasting = (id: string): void => {
    if (lasting.delete(id)) merger.setLasting(id, undefined);
  };

  const put = (sighting: ContainerSighting, nowMs: number): void => {
    const { id, container } = sighting;
    // Listings bring thousands that are as they were: to compare costs a tenth of what it costs to work out their services.
    if (container !== undefined && isDeepStrictEqual(container, containers.get(id))) return;
    outlive(sighting, nowMs);
    for (const known of [draining, survivors]) {
      const drained = known.get(id);
      if (drained !== undefined && !isDraining(drained, container)) known.delete(id);
    }
    if (container === undefined) containers.delete(id);
    else containers.set(id, container);
    if (container !== undefined && isRunning(container)) running.add(id);
    else running.delete(id);
    sharers.note(id, container);
    recompute(id);
  };

  const expire = (nowMs: number): void => {
    for (const [id, untilMs] of lasting) if (untilMs <= nowMs) forgetLasting(id);
    for (const [id, drained] of draining) {
      if (drained.untilMs > nowMs) continue;
      draining.delete(id);
      survivors.set(id, drained);
      recompute(id);
    }
  };

  return {
    replaceAll(listed, nowMs) {
      isListed = true;
      for (const id of containers.keys()) {
        if (!listed.has(id)) put({ id, container: undefined, exitCode: undefined }, nowMs);
      }
      for (const [id, container] of listed) put({ id, container, exitCode: undefined }, nowMs);
      for (const id of sharers.all()) recompute(id);
    },
    update(sighting, nowMs) {
      const before = containers.get(sighting.id);
      put(sighting, nowMs);
      for (const id of sharers.of(before, sighting.container)) recompute(id);
    },
    heed(event, nowMs) {
      const { id } = event;
      if (drainSeconds === 0) return;
      const before = draining.get(id) ?? survivors.get(id);
      const after = drainingAfter(before, containers.get(id), event, nowMs + drainSeconds * 1000);
      if (after === undefined || after === before) return;
      survivors.delete(id);
      draining.set(id, after);
      recompute(id);
    },
    setHost(next) {
      if (isSameHost(host, next)) return;
      host = next;
      for (const id of containers.keys()) recompute(id);
    },
    desired(nowMs) {
      expire(nowMs);
      return isListed ? merger.desired() : undefined;
    },
    takeChanges(nowMs) {
      expire(nowMs);
      const taken = looked;
      looked = new Set();
      return { keys: merger.takeChanges(), containers: taken };
    },
    nextChangeMs(nowMs) {
      const times = [...lasting.values(), ...Array.from(draining.values(), ({ untilMs }) => untilMs)];
      const coming = times.filter((atMs) => atMs > nowMs);
      return coming.length === 0 ? undefined : coming.reduce((a, b) => Math.min(a, b));
    },
    part: (id) => parts.get(id),
    parts: () => [...parts.values()],
    counts: () => ({ running: running.size, draining: draining.size, skippedPorts }),
  };
}

/** What a container gives while it drains: nothing, and why. */
function withheld(part: ContainerRecords): ContainerRecords {
  const reason = `container ${part.containerName} is being stopped (-drain 0 announces it until it has ended)`;
  return { ...part, announced: [], skipped: [...part.skipped, { port: '*', reason }] };
}

function isSameHost(a: Host, b: Host): boolean {
  return a.name === b.name && a.addresses.ipv4 === b.addresses.ipv4 && a.addresses.ipv6 === b.addresses.ipv6;
}
