import { join } from 'node:path';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

export interface DockerdOptions {
  /** Containers outlive the daemon (`--live-restore`). */
  readonly liveRestore?: boolean;
  /** Further arguments of dockerd. */
  readonly args?: readonly string[];
}

/** A private Docker engine. */
export type Dockerd = PrivateEngine;

/**
 * Starts an engine of its own from Debian's dockerd and resolves when it answers. Needs root.
 * @throws Error naming the remedy when dockerd or ip is missing; with dockerd's output when it does not come up
 */
export function startDockerd(options: DockerdOptions = {}): Promise<Dockerd> {
  return startPrivateEngine({
    name: 'dockerd',
    requires: ['dockerd', 'docker', 'ip'],
    remedy: 'apt-get install docker.io iproute2',
    commandLine: ({ folder, socketPath, dataRoot, cgroup }) => [
      'dockerd',
      `--data-root=${dataRoot}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--host=unix://${socketPath}`,
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${cgroup}`,
      ...(options.liveRestore === true ? ['--live-restore'] : []),
      ...(options.args ?? []),
    ],
  });
}
