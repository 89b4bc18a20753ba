export * from './dns-client.ts';
export * from './eventually.ts';
export * from './faulty-proxy.ts';
export * from './ports.ts';
export * from './rsyslog.ts';
export * from './server-process.ts';
export * from './syslog-receiver.ts';
