export { createDnsServer, type DnsServerDependencies } from './app.ts';
export { type DnsServerConfig, dnsServerDefaults } from './config.ts';
export { ListenError, type ListenErrorCode } from './io/listen-error.ts';
export { servedDomain } from './option-types.ts';
export { program } from './program.ts';
export type { Host } from './records/host.ts';
