import type { ContainerRecords } from '../records/container-records.ts';
import type { ServiceEntry } from '../records/layout.ts';
import { type DuplicateKey, entriesOf } from '../records/merge-records.ts';

/**
 * Who has the key of an entry of `records` instead, in words; undefined when the entry itself has it.
 * @param duplicates of all containers of the host
 */
export function keyHolders(
  records: ContainerRecords,
  duplicates: readonly DuplicateKey[],
): (entry: ServiceEntry) => string | undefined {
  const holders = new Map(duplicates.map(({ key, holder }) => [key, holder]));
  const entries = entriesOf(records);
  return (entry) => {
    const holder = holders.get(entry.key);
    if (holder === undefined) return undefined;
    if (holder !== records.containerName) return `container ${holder}`;
    // Of one container's own entries the first has the key.
    return entries.find(({ key }) => key === entry.key) === entry ? undefined : 'another port of this container';
  };
}
