import { join } from 'node:path';
import type { Namespaces } from './namespaces.ts';
import {
  type Engine,
  type EnginePlaces,
  type EngineProgram,
  type PrivateEngine,
  startEngineIn,
  startPrivateEngine,
} from './private-engine.ts';

export interface DockerdOptions {
  /** Containers outlive the daemon (`--live-restore`). */
  readonly liveRestore?: boolean;
  /**
   * It runs in the host's network, and so can reach what the host reaches: for builds. Its containers then have the host's
   * network (`--network host`) or none, and nothing of the host's network is changed.
   */
  readonly hostNetwork?: boolean;
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
  return startPrivateEngine(dockerdProgram(options));
}

/**
 * Starts Debian's dockerd in namespaces that may have other servers too, and resolves when it answers. It ends with them.
 * @param places are its owner's to remove; when it is started again in other namespaces, on the same data, its folder has
 *   to be empty, as after a boot
 * @throws Error as `startDockerd` does
 */
export function startDockerdIn(
  namespaces: Namespaces,
  places: EnginePlaces,
  options: Omit<DockerdOptions, 'hostNetwork'> = {},
): Promise<Engine> {
  return startEngineIn(namespaces, places, dockerdProgram(options));
}

function dockerdProgram(options: DockerdOptions): EngineProgram {
  return {
    name: 'dockerd',
    requires: ['dockerd', 'docker', 'ip'],
    remedy: 'apt-get install docker.io iproute2',
    network: options.hostNetwork === true ? 'host' : 'own',
    commandLine: ({ folder, socketPath, dataRoot, cgroup }) => [
      'dockerd',
      `--data-root=${dataRoot}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'pid')}`,
      `--host=unix://${socketPath}`,
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${cgroup}`,
      ...(options.hostNetwork === true ? ['--bridge=none', '--iptables=false', '--ip-forward=false'] : []),
      ...(options.liveRestore === true ? ['--live-restore'] : []),
      ...(options.args ?? []),
    ],
  };
}
