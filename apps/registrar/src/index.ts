export { createRegistrar, type RegistrarDependencies } from './app.ts';
export { type RegistrarConfig, registrarDefaults } from './config.ts';
export { program } from './program.ts';
