import { join } from 'node:path';
import { type PrivateEngine, startPrivateEngine } from './private-engine.ts';

/** The parent of all control groups of Podman's containers: no option changes it. */
const PODMAN_CGROUP = '/libpod_parent';

/**
 * Starts Podman's service with Docker's API (`podman system service`) and resolves when it answers. Needs root, and
 * netavark for containers on bridge networks.
 * @throws Error naming the remedy when podman is missing; with its output when it does not come up
 */
export function startPodman(): Promise<PrivateEngine> {
  return startPrivateEngine({
    name: 'podman',
    requires: ['podman', 'runc', 'docker', 'ip'],
    remedy: 'apt-get install podman runc docker.io iproute2',
    sharedCgroup: PODMAN_CGROUP,
    commandLine: ({ folder, socketPath, dataRoot }) => [
      'podman',
      // crun, the default, refuses the hybrid of the two versions of control groups.
      '--runtime=runc',
      '--cgroup-manager=cgroupfs',
      '--events-backend=file',
      `--root=${dataRoot}`,
      `--runroot=${join(folder, 'run')}`,
      `--tmpdir=${join(folder, 'tmp')}`,
      // Networks would otherwise stay in /etc/containers when the engine has gone.
      `--network-config-dir=${join(folder, 'networks')}`,
      'system',
      'service',
      '--time=0',
      `unix://${socketPath}`,
    ],
  });
}
