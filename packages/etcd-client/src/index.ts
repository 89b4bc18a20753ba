export * from './key-store.ts';
