import { fileURLToPath } from 'node:url';
import { eventually, type ServerProcess, type StartServer } from '@wharf/testkit';
import { parseObservation } from './observation.ts';
import { createObservationLog } from './observation-log.ts';
import { createLineReader } from './read-lines.ts';
import type { Watch } from './watch-answers.ts';

/** More than 20 minutes of three hosts. */
const OBSERVATIONS_KEPT = 200_000;
const PROGRAM = fileURLToPath(new URL('./observe-answers.ts', import.meta.url));

export interface ObservedHost {
  readonly name: string;
  readonly address: string;
  readonly start: StartServer;
}

/** A watch that hosts can be added to: those that boot later, too. */
export interface GrowingWatch extends Watch {
  /** Resolves when the host has been observed once more, or the watch is stopped. */
  observe(host: ObservedHost): Promise<void>;
}

export function createWatch(name: string, type: 'A' | 'SRV'): GrowingWatch {
  const log = createObservationLog(OBSERVATIONS_KEPT);
  const observers = new Set<ServerProcess>();
  let isStopped = false;
  return {
    observations: log.all,
    latest: (host) => log.latest(host),
    async observe(host) {
      const before = log.latest(host.name);
      const observer = await host.start({
        name: `an observer of ${host.name}`,
        command: process.execPath,
        args: ['--conditions=source', PROGRAM, host.name, host.address, name, type],
        remedy: 'npm run build',
        onOutput: createLineReader((line) => log.add(parseObservation(line))),
      });
      observers.add(observer);
      void observer.ended.then(() => observers.delete(observer));
      if (isStopped) return observer.stop('SIGKILL');
      const isObserved = await eventually(`an observation of ${host.name}`, () => {
        if (observer.running && log.latest(host.name) === before) throw new Error(observer.output());
        return observer.running;
      });
      if (isStopped) return;
      if (!isObserved) throw new Error(`the observer of ${host.name} ended: ${observer.output()}`);
    },
    async stop() {
      isStopped = true;
      await Promise.all([...observers].map((observer) => observer.stop('SIGKILL')));
    },
  };
}
