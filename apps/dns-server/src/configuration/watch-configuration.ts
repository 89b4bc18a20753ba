import type { Change, Entry, PrefixSink } from '@wharf/etcd-client';
import type { ZoneData } from '../records/zone-data.ts';

/**
 * The data, which take records from the store and from a snapshot, with an eye on one key among those that arrive:
 * `onConfiguration` is told its value, with each listing and each change, before the records that came with it are
 * answered from; undefined when there is none.
 */
export function watchConfiguration(
  data: ZoneData,
  key: string,
  onConfiguration: (value: string | undefined) => void,
): Pick<ZoneData, 'sink' | 'restore'> {
  const sink: PrefixSink = {
    beginSnapshot() {
      const writer = data.sink.beginSnapshot();
      let value: string | undefined;
      return {
        ...writer,
        add(entries) {
          value = valueOf(key, entries) ?? value;
          return writer.add(entries);
        },
        commit(revision) {
          onConfiguration(value);
          writer.commit(revision);
        },
      };
    },
    applyChanges(changes, revision) {
      const change = changes.findLast((change) => keyOf(change) === key);
      if (change !== undefined) onConfiguration(change.type === 'put' ? change.entry.value : undefined);
      data.sink.applyChanges(changes, revision);
    },
  };

  return {
    sink,
    restore() {
      const restore = data.restore();
      let value: string | undefined;
      return {
        ...restore,
        put(entryKey, entryValue) {
          if (entryKey === key) value = entryValue;
          else restore.put(entryKey, entryValue);
        },
        commit(revision) {
          onConfiguration(value);
          restore.commit(revision);
        },
      };
    },
  };
}

function keyOf(change: Change): string {
  return change.type === 'put' ? change.entry.key : change.key;
}

function valueOf(key: string, entries: readonly Entry[]): string | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}
