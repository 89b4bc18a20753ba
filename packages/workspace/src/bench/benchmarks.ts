import { benchDns, dnsVariables } from './dns/bench-dns.ts';
import { benchDnsWire } from './dns-wire.ts';
import { benchLogFrames } from './log-frames.ts';
import { benchLogs, logsVariables } from './logs/bench-logs.ts';
import { benchRegistrar } from './registrar/bench-registrar.ts';
import { benchScale, scaleVariables } from './scale/bench-scale.ts';
import type { BenchVariable } from './variable.ts';

/** Prints what it measured, a line at a time. */
export type Benchmark = (print: (line: string) => void) => Promise<void>;

export interface NamedBenchmark {
  /** What it measures, for `-help`. */
  readonly summary: string;
  readonly variables: readonly BenchVariable[];
  readonly run: Benchmark;
}

/** Every benchmark by the name that `npm run bench -- <name>` takes. */
export const benchmarks: Readonly<Record<string, NamedBenchmark>> = {
  dns: {
    summary: 'The DNS server beside Knot DNS; some six minutes.',
    variables: dnsVariables,
    run: benchDns,
  },
  'dns-wire': { summary: 'Messages encoded and decoded.', variables: [], run: benchDnsWire },
  'log-frames': { summary: "Docker's log stream split into frames.", variables: [], run: benchLogFrames },
  logs: {
    summary: 'The log shipper beside curl and rsyslog; some five minutes, as root.',
    variables: logsVariables,
    run: benchLogs,
  },
  registrar: {
    summary: 'How soon records follow containers, and 10,000 containers beside 100; as root.',
    variables: [],
    run: benchRegistrar,
  },
  scale: {
    summary: 'What the agents cost etcd, simulated hosts, and what the model says of an installation of your own.',
    variables: scaleVariables,
    run: benchScale,
  },
};
