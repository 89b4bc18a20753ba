export {
  type FollowOptions,
  type FollowState,
  type FollowStatus,
  followPrefix,
  type PrefixFollower,
} from './follow-prefix.ts';
export { keepLease, type LeaseKeeper, type LeaseOptions } from './keep-lease.ts';
export * from './key-store.ts';
export { createMemoryKeyStore, type MemoryKeyStore, type MemoryKeyStoreOptions } from './memory-key-store.ts';
export type { PrefixSink, SnapshotWriter } from './prefix-sink.ts';
