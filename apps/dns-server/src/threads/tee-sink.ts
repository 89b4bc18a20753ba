import type { PrefixSink } from '@wharf/etcd-client';

/** Tells all sinks the same, in their order. */
export function teeSink(...sinks: readonly PrefixSink[]): PrefixSink {
  return {
    beginSnapshot() {
      const writers = sinks.map((sink) => sink.beginSnapshot());
      return {
        add(entries) {
          for (const writer of writers) writer.add(entries);
        },
        commit(revision) {
          for (const writer of writers) writer.commit(revision);
        },
        abort() {
          for (const writer of writers) writer.abort();
        },
      };
    },
    applyChanges(changes, revision) {
      for (const sink of sinks) sink.applyChanges(changes, revision);
    },
  };
}
