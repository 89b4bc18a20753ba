import { parseTimestamp } from '@wharf/docker-watcher';
import { renderPort } from '../services/service-ports.ts';
import type { AnnouncedService, ContainerRecords } from './container-records.ts';
import type { ServiceEntry } from './layout.ts';

/** Two services of this host that ask for one key. */
export interface DuplicateKey {
  readonly key: string;
  /** Name of the container whose service has the key. */
  readonly holder: string;
  /** Name of the container whose service does without. */
  readonly loser: string;
  /** The holder has it whenever it started, because the ID is its own, and that of the other one a SERVICE_ID. */
  readonly byOwnId?: true;
  /** Where both are one container: the port that has the key, and the one that does without. */
  readonly ports?: readonly [holder: string, loser: string];
}

/** What the store should hold for this host. */
export interface DesiredRecords {
  /** Values by key. It goes on to change with the containers: whoever waits in between takes a copy. */
  readonly records: ReadonlyMap<string, string>;
  readonly duplicates: readonly DuplicateKey[];
}

/**
 * Puts together what the containers of a host give, at a cost that depends on what changes and not on how much there is.
 * Where two ask for one key, the container that started first has it: whoever has it keeps it, whatever order the
 * containers are listed in. Of one container the first port has it. But a port whose own ID it is
 * (`host:container:port`) has it before one that says so by SERVICE_ID: nobody takes the place of another.
 */
export interface RecordMerger {
  /** What a container gives from now on, instead of what it gave before; undefined for nothing. */
  set(containerId: string, part: ContainerRecords | undefined): void;
  /** What is to outlive a container, as long as nobody that is there asks for the same key. */
  setLasting(containerId: string, part: ContainerRecords | undefined): void;
  desired(): DesiredRecords;
  /** The keys whose value is another than when this was asked for the last time, or is wanted no more. */
  takeChanges(): ReadonlySet<string>;
}

/** One service that asks for one key. */
interface Claim {
  readonly entry: ServiceEntry;
  readonly part: ContainerRecords;
  readonly announced: AnnouncedService;
  readonly isLasting: boolean;
}

export function createRecordMerger(): RecordMerger {
  const present = new Map<string, readonly Claim[]>();
  const lasting = new Map<string, readonly Claim[]>();
  const claims = new Map<string, readonly Claim[]>();
  const records = new Map<string, string>();
  const contested = new Map<string, readonly DuplicateKey[]>();
  let changed = new Set<string>();

  /** Who asks for a key, the one that has it first. */
  const rank = (key: string, asking: readonly Claim[]): void => {
    const ranked = asking.length > 1 ? asking.toSorted(byRight) : asking;
    if (ranked.length === 0) claims.delete(key);
    else claims.set(key, ranked);
    const duplicates = ranked.filter(({ isLasting }) => !isLasting).flatMap(toDuplicate);
    if (duplicates.length === 0) contested.delete(key);
    else contested.set(key, duplicates);
  };

  const settle = (key: string): void => {
    const value = claims.get(key)?.[0]?.entry.value;
    if (value === records.get(key)) return;
    changed.add(key);
    if (value === undefined) records.delete(key);
    else records.set(key, value);
  };

  const replace = (owned: Map<string, readonly Claim[]>, id: string, added: readonly Claim[]): void => {
    const removed = new Set(owned.get(id));
    if (added.length === 0) owned.delete(id);
    else owned.set(id, added);
    const addedByKey = Map.groupBy(added, ({ entry }) => entry.key);
    for (const key of new Set([...Array.from(removed, ({ entry }) => entry.key), ...addedByKey.keys()])) {
      const others = claims.get(key)?.filter((claim) => !removed.has(claim)) ?? [];
      rank(key, [...others, ...(addedByKey.get(key) ?? [])]);
      settle(key);
    }
  };

  return {
    set: (id, part) => replace(present, id, claimsOf(part, false)),
    setLasting: (id, part) => replace(lasting, id, claimsOf(part, true)),
    desired: () => ({ records, duplicates: [...contested.values()].flat() }),
    takeChanges() {
      const taken = changed;
      changed = new Set();
      return taken;
    },
  };
}

/** Everything that announces the services of a container. */
export function entriesOf({ announced }: ContainerRecords): readonly ServiceEntry[] {
  return announced.flatMap(({ entries }) => entries);
}

function claimsOf(part: ContainerRecords | undefined, isLasting: boolean): readonly Claim[] {
  if (part === undefined) return [];
  return part.announced.flatMap((announced) =>
    announced.entries.map((entry) => ({ entry, part, announced, isLasting })),
  );
}

/** Sorting keeps the order of equals, and so that of one container's ports. */
function byRight(a: Claim, b: Claim): number {
  if (a.isLasting !== b.isLasting) return a.isLasting ? 1 : -1;
  if (hasGivenId(a) !== hasGivenId(b)) return hasGivenId(a) ? 1 : -1;
  if (a.part.containerId === b.part.containerId) return 0;
  return startedBefore(a.part, b.part) ? -1 : 1;
}

function hasGivenId({ announced: { service } }: Claim): boolean {
  return service.hasGivenId === true;
}

/** By ID where both started at the same time, for a stable order. */
function startedBefore(a: ContainerRecords, b: ContainerRecords): boolean {
  const [startA, startB] = [parseTimestamp(a.startedAt) ?? 0n, parseTimestamp(b.startedAt) ?? 0n];
  return startA === startB ? a.containerId < b.containerId : startA < startB;
}

function toDuplicate(loser: Claim, index: number, ranked: readonly Claim[]): readonly DuplicateKey[] {
  const [holder] = ranked;
  if (holder === undefined || index === 0) return [];
  const names = { key: loser.entry.key, holder: holder.part.containerName, loser: loser.part.containerName };
  if (holder.part.containerId !== loser.part.containerId) {
    return [hasGivenId(holder) === hasGivenId(loser) ? names : { ...names, byOwnId: true }];
  }
  return [{ ...names, ports: [portOf(holder), portOf(loser)] }];
}

function portOf({ announced: { service } }: Claim): string {
  return renderPort({ port: service.containerPort, protocol: service.protocol });
}
