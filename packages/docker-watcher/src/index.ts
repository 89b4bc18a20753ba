export * from './container.ts';
export * from './engine.ts';
export * from './follower.ts';
