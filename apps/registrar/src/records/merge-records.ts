import type { ContainerRecords } from './container-records.ts';
import type { ServiceEntry } from './layout.ts';

/** Two services of this host that ask for one key. */
export interface DuplicateKey {
  readonly key: string;
  /** Name of the container whose service has the key. */
  readonly holder: string;
  /** Name of the container whose service does without. */
  readonly loser: string;
}

/** What the store should hold for this host. */
export interface DesiredRecords {
  readonly records: ReadonlyMap<string, string>;
  readonly duplicates: readonly DuplicateKey[];
}

/**
 * Puts together what the containers of a host give. Where two ask for one key, the container that started first has
 * it: whoever has it keeps it, whatever order the containers are listed in.
 */
export function mergeRecords(parts: Iterable<ContainerRecords>): DesiredRecords {
  const holders = new Map<string, { readonly part: ContainerRecords; readonly value: string }>();
  const duplicates: DuplicateKey[] = [];
  for (const part of parts) {
    for (const { key, value } of entriesOf(part)) {
      const holder = holders.get(key);
      if (holder === undefined) {
        holders.set(key, { part, value });
        continue;
      }
      const takesOver = startedBefore(part, holder.part);
      if (takesOver) holders.set(key, { part, value });
      const [winner, loser] = takesOver ? [part, holder.part] : [holder.part, part];
      duplicates.push({ key, holder: winner.containerName, loser: loser.containerName });
    }
  }
  return { records: new Map(Array.from(holders, ([key, { value }]) => [key, value])), duplicates };
}

/** Everything that announces the services of a container. */
export function entriesOf({ announced }: ContainerRecords): readonly ServiceEntry[] {
  return announced.flatMap(({ entries }) => entries);
}

/** By the engine's timestamps, which have one format and so compare as text; then by ID, for a stable order. */
function startedBefore(a: ContainerRecords, b: ContainerRecords): boolean {
  return a.startedAt === b.startedAt ? a.containerId < b.containerId : a.startedAt < b.startedAt;
}
