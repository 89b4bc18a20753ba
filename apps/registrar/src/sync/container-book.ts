import type { Container } from '@wharf/docker-watcher';
import { type ContainerRecords, toContainerRecords } from '../records/container-records.ts';
import type { Layout } from '../records/layout.ts';
import { type DesiredRecords, entriesOf, mergeRecords } from '../records/merge-records.ts';
import type { Host, ServiceRules } from '../services/service.ts';
import { isRunning } from '../services/serving.ts';
import { type DeregisterRule, keepsRecords } from './deregister-rule.ts';

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
}

/** What is known of the containers of a host, and what follows from it for the store. No I/O, no clock. */
export interface ContainerBook {
  /** All containers, as a listing gave them: whatever is not among them is gone. */
  replaceAll(containers: ReadonlyMap<string, Container>, nowMs: number): void;
  update(sighting: ContainerSighting, nowMs: number): void;
  setHost(host: Host): void;
  /** Undefined before the first listing: nothing may be concluded from not having looked. */
  desired(nowMs: number): DesiredRecords | undefined;
  /**
   * When, after `nowMs`, the next of the records that outlive their container go; undefined when none will. What has
   * run out already is not among `desired` any more, and whoever waits for it would wait for nothing.
   */
  nextExpiryMs(nowMs: number): number | undefined;
  /** What each container gives, those that do not run included. */
  parts(): readonly ContainerRecords[];
  /** How many containers run. */
  running(): number;
}

interface LastingRecords {
  readonly part: ContainerRecords;
  readonly untilMs: number;
}

export function createContainerBook(initialHost: Host, options: ContainerBookOptions): ContainerBook {
  const { rules, layout, deregister } = options;
  let host = initialHost;
  let isListed = false;
  const containers = new Map<string, Container>();
  const parts = new Map<string, ContainerRecords>();
  const lasting = new Map<string, LastingRecords>();

  const linkedTo = (container: Container): Container | undefined => {
    const [, target] = /^container:(.+)$/.exec(container.networkMode) ?? [];
    if (target === undefined) return undefined;
    return containers.get(target) ?? [...containers.values()].find(({ name }) => name === target);
  };

  const recompute = (container: Container): void => {
    parts.set(container.id, toContainerRecords(container, linkedTo(container), host, rules, layout));
  };

  /** A container in another's network is reached at the other's address, so it changes with the other. */
  const recomputeSharers = (): void => {
    for (const container of containers.values()) {
      if (container.networkMode.startsWith('container:')) recompute(container);
    }
  };

  const outlive = ({ id, container, exitCode }: ContainerSighting, nowMs: number): void => {
    const part = parts.get(id);
    if (container !== undefined && isRunning(container)) lasting.delete(id);
    else if (part !== undefined && part.announced.length > 0) {
      const code = exitCode ?? container?.state.exitCode;
      if (keepsRecords(deregister, code)) lasting.set(id, { part, untilMs: nowMs + rules.ttlSeconds * 1000 });
    }
  };

  const put = (sighting: ContainerSighting, nowMs: number): void => {
    outlive(sighting, nowMs);
    const { id, container } = sighting;
    if (container === undefined) {
      containers.delete(id);
      parts.delete(id);
    } else {
      containers.set(id, container);
      recompute(container);
    }
  };

  return {
    replaceAll(listed, nowMs) {
      isListed = true;
      for (const id of containers.keys()) {
        if (!listed.has(id)) put({ id, container: undefined, exitCode: undefined }, nowMs);
      }
      for (const [id, container] of listed) put({ id, container, exitCode: undefined }, nowMs);
      recomputeSharers();
    },
    update(sighting, nowMs) {
      put(sighting, nowMs);
      recomputeSharers();
    },
    setHost(next) {
      host = next;
      for (const container of containers.values()) recompute(container);
    },
    desired(nowMs) {
      if (!isListed) return undefined;
      const { records, duplicates } = mergeRecords(parts.values());
      const all = new Map(records);
      for (const [id, { part, untilMs }] of lasting) {
        if (untilMs <= nowMs) lasting.delete(id);
        else for (const { key, value } of entriesOf(part)) if (!records.has(key)) all.set(key, value);
      }
      return { records: all, duplicates };
    },
    nextExpiryMs(nowMs) {
      const coming = Array.from(lasting.values(), ({ untilMs }) => untilMs).filter((untilMs) => untilMs > nowMs);
      return coming.length === 0 ? undefined : Math.min(...coming);
    },
    parts: () => [...parts.values()],
    running: () => [...containers.values()].filter(isRunning).length,
  };
}
