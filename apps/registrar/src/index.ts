export { createRegistrar, type RegistrarDependencies } from './app.ts';
export { type RegistrarConfig, registrarDefaults } from './config.ts';
export { createKeyStoreRegistry, type KeyStoreRegistryOptions } from './io/key-store-registry.ts';
export { program } from './program.ts';
export { createSkydnsLayout } from './records/skydns-layout.ts';
export type { Registry } from './registries/registry.ts';
export type { Addresses } from './services/service.ts';
