export type { EtcdTls } from './etcd-connection.ts';
export { createEtcdKeyStore, type EtcdKeyStoreOptions } from './etcd-key-store.ts';
export { CALL_DEADLINE_MS, WATCH_SILENCE_MS } from './etcd-timing.ts';
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
export { type ParsedEndpoints, parseEndpoints } from './parse-endpoints.ts';
export type { PrefixSink, SnapshotWriter } from './prefix-sink.ts';
export { readTlsFiles, type TlsFileNames } from './read-tls-files.ts';
