import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, startDockerd, startServer } from '@wharf/testkit';
import { canInstall, enginePrograms, ensurePrograms, findCommand } from '../system-packages.ts';
import { UserError } from '../user-error.ts';
import { findEngine, probeEngine } from './find-engine.ts';

/** A container engine to work with, and what to do with it afterwards. */
export interface UsableEngine {
  readonly dockerHost: string;
  /** How it came about, for the terminal. */
  readonly origin: string;
  /** Ends the engine if it was started here; leaves one that was already there as it is. */
  release(): Promise<void>;
}

/**
 * An engine that is already there, else one started for as long as this command runs; Debian's `docker.io` is installed
 * first where nothing is there and this user may.
 * @throws UserError saying what to do where none of this is possible
 */
export async function ensureEngine(env: NodeJS.ProcessEnv): Promise<UsableEngine> {
  const found = await findRunning(env);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    throw new UserError(
      'No container engine answers. Start Docker or Podman, or run this as root to have one started.',
    );
  }
  if (findCommand('dockerd') === undefined && findCommand('podman') !== undefined) return startPodman();
  if (findCommand('dockerd') === undefined && !canInstall()) {
    throw new UserError(
      'No container engine is installed. Install Docker (docker.io or docker-ce) or Podman and run this again.',
    );
  }
  await ensurePrograms(enginePrograms, 'run containers');
  // Where the system has an init, the package has just started its service.
  return (await findRunning(env)) ?? (await startPrivateDockerd());
}

async function findRunning(env: NodeJS.ProcessEnv): Promise<UsableEngine | undefined> {
  const dockerHost = await findEngine(env);
  return dockerHost === undefined
    ? undefined
    : { dockerHost, origin: 'already running', release: async () => undefined };
}

async function startPrivateDockerd(): Promise<UsableEngine> {
  const dockerd = await startDockerd();
  return {
    dockerHost: `unix://${dockerd.socketPath}`,
    origin: 'dockerd started for this run, in a network namespace of its own',
    release: () => dockerd.stop(),
  };
}

async function startPodman(): Promise<UsableEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-podman-'));
  const dockerHost = `unix://${join(folder, 'podman.sock')}`;
  const service = await startServer({
    name: 'podman',
    command: 'podman',
    args: ['system', 'service', '--time=0', dockerHost],
    remedy: 'apt-get install podman',
  });
  const release = async (): Promise<void> => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await eventually("podman's service answers", async () => {
      if ((await probeEngine(dockerHost)) !== 'answers') throw new Error(service.output());
    });
  } catch (error) {
    await release();
    throw error;
  }
  return { dockerHost, origin: 'podman system service started for this run', release };
}
