import { dirname, join } from 'node:path';
import type { LabHost } from '@wharf/lab';
import type { Answer, ProbeTask } from './answer.ts';
import { type DnsProbe, startDnsProbe } from './dns-probe.ts';

/** A probe in each living host; all of them ask for the same. */
export interface DnsProbes {
  /** Starts the probe of a host that runs. */
  attach(host: LabHost): Promise<void>;
  /** Ends the probe of a host, if it has one. */
  detach(host: LabHost): Promise<void>;
  ask(task: ProbeTask): void;
  stop(): Promise<void>;
}

export function createDnsProbes(domain: string, onAnswer: (answer: Answer) => void): DnsProbes {
  const probes = new Map<string, DnsProbe>();
  let task: ProbeTask = { names: [], everyMs: 1_000 };
  let count = 0;
  return {
    async attach(host) {
      // That folder is the lab's: it is gone with the host, also when this process is killed.
      const socketPath = join(dirname(host.engine.socketPath), `probe-${++count}.sock`);
      const probe = await startDnsProbe(host, domain, socketPath, onAnswer);
      probes.set(host.name, probe);
      probe.ask(task);
    },
    async detach({ name }) {
      const probe = probes.get(name);
      probes.delete(name);
      await probe?.stop();
    },
    ask(next) {
      task = next;
      for (const probe of probes.values()) probe.ask(task);
    },
    async stop() {
      await Promise.all([...probes.values()].map((probe) => probe.stop()));
      probes.clear();
    },
  };
}
