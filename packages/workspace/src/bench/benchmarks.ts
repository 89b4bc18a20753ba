import { benchDns } from './dns/bench-dns.ts';
import { benchDnsWire } from './dns-wire.ts';
import { benchLogFrames } from './log-frames.ts';
import { benchLogs } from './logs/bench-logs.ts';
import { benchRegistrar } from './registrar/bench-registrar.ts';
import { benchScale } from './scale/bench-scale.ts';

/** Prints what it measured, a line at a time. */
export type Benchmark = (print: (line: string) => void) => Promise<void>;

/** Every benchmark by the name that `npm run bench -- <name>` takes. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  dns: benchDns,
  'dns-wire': benchDnsWire,
  'log-frames': benchLogFrames,
  logs: benchLogs,
  registrar: benchRegistrar,
  scale: benchScale,
};
