export * from './key-store.ts';
export { createMemoryKeyStore, type MemoryKeyStore, type MemoryKeyStoreOptions } from './memory-key-store.ts';
