export { createStandalone, type StandaloneDependencies } from './app.ts';
export type { StandaloneConfig } from './configure.ts';
export { program } from './program.ts';
