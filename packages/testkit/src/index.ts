export * from './eventually.ts';
export * from './faulty-proxy.ts';
export * from './ports.ts';
export * from './server-process.ts';
