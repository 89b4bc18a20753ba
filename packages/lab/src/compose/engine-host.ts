import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Engine, importSampleImage, removeCgroups, startDockerdIn, startNamespaces } from '@wharf/testkit';
import type { LabSwitch } from '../cluster/lab-switch.ts';
import { ensureImages } from '../images/ensure-images.ts';

/** A host that has a Docker engine at its usual socket, the agents' images, and nothing else. */
export interface EngineHost {
  readonly name: string;
  /** Of its `eth0`, which is where its default route leads. */
  readonly address: string;
  readonly engine: Engine;
}

/** What service containers are made of in the tests: busybox, and glibc's getent, under a name that an example has. */
export const EXAMPLE_IMAGE = 'busybox:1.36';

/** Where every host has its containers' json-file logs: a stack's file names one place for all nodes. */
export const LOG_FOLDER = '/run/container-logs';

/** glibc's resolver, as most images have it. */
export const GETENT = '/usr/bin/getent';

export interface EngineHostFacts {
  readonly name: string;
  readonly address: string;
  /** Further arguments of dockerd. */
  readonly args?: readonly string[];
}

/** Starts a host and plugs it in; it ends with the stack, and with this process, however it dies. Needs root. */
export async function startEngineHost(
  cleanup: AsyncDisposableStack,
  labSwitch: LabSwitch,
  { name, address, args = [] }: EngineHostFacts,
): Promise<EngineHost> {
  const { archive } = await ensureImages();
  const folder = mkdtempSync(join(tmpdir(), `wharf-${name}-`));
  const cgroup = `/${basename(folder)}`;
  const dataRoot = join(folder, 'data');
  const namespaces = await startNamespaces({
    prepare: [
      `hostname ${name}`,
      // In memory, where thousands of small files are written, and gone, at once.
      `mkdir ${dataRoot}`,
      `mount -t tmpfs tmpfs ${dataRoot}`,
      `mkdir -p ${dataRoot}/containers ${LOG_FOLDER}`,
      `mount --bind ${dataRoot}/containers ${LOG_FOLDER}`,
      // Whoever looks up a registry is refused at once: nobody answers there until the dns-server does.
      `echo nameserver ${address} > /run/resolv.conf`,
      'mount --bind /run/resolv.conf /etc/resolv.conf',
      `echo ${name} > /run/hostname`,
      'mount --bind /run/hostname /etc/hostname',
    ],
  });
  cleanup.defer(async () => {
    await namespaces.end();
    await removeCgroups(cgroup);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await labSwitch.connect(namespaces, name, address);
  const places = { folder, socketPath: join(folder, 'docker.sock'), dataRoot, cgroup };
  const engine = await startDockerdIn(namespaces, places, { args: ['--host=unix:///run/docker.sock', ...args] });
  await engine.docker('load', '--quiet', '--input', archive);
  await importSampleImage(engine.socketPath, EXAMPLE_IMAGE, [GETENT]);
  return { name, address, engine };
}
