export * from './backoff.ts';
export * from './clock.ts';
export * from './logger.ts';
export * from './manual-clock.ts';
