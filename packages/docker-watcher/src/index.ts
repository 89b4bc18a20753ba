export * from './container.ts';
export * from './engine.ts';
