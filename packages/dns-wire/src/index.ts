export * from './codes.ts';
export * from './message.ts';
export type { Result } from './result.ts';
