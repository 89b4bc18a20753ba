import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { eventually } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { type BootedHost, bootHost } from './boot-host.ts';

const hosts: BootedHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

async function boot(): Promise<BootedHost> {
  const host = await bootHost();
  hosts.push(host);
  return host;
}

/** The folder that a host has on this machine, which is also the name of its control groups. */
async function folderOf(host: BootedHost): Promise<string> {
  const options = await host.run('findmnt', '--noheadings', '--output', 'OPTIONS', '/');
  const workFolder = /workdir=([^,]*)/.exec(options)?.[1] ?? '';
  return dirname(dirname(workFolder));
}

/** Control groups of a name, in whatever hierarchy. */
function controlGroups(name: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [root, ...hierarchies.map((entry) => join(root, entry.name))]
    .map((hierarchy) => join(hierarchy, name))
    .filter((group) => existsSync(group));
}

describe('bootHost', () => {
  it('boots two hosts at once from one root that know nothing of each other, and removes them', async () => {
    const [one, two] = await Promise.all([boot(), boot()]);
    expect(one.name).not.toBe(two.name);
    for (const host of [one, two]) {
      expect(await host.run('hostname')).toBe(host.name);
      expect(await host.run('systemctl', 'is-system-running')).toBe('running');
      expect(await host.run('sh', '-c', '. /etc/environment; echo $COREOS_PRIVATE_IPV4')).toBe(host.address);
      expect(await host.run('docker', 'info', '--format', '{{.Name}}')).toBe(host.name);
      await host.run('sh', '-c', 'ETCDCTL_API=3 etcdctl put name $(hostname)');
    }
    await one.run('touch', '/of-one');
    expect(await two.run('sh', '-c', 'ETCDCTL_API=3 etcdctl get --print-value-only name; ls /')).not.toContain(
      'of-one',
    );
    const folders = await Promise.all([one, two].map(folderOf));
    for (const folder of folders) expect(controlGroups(basename(folder))).not.toEqual([]);
    await Promise.all([one, two].map((host) => host.stop()));
    hosts.splice(0);
    for (const folder of folders) {
      expect(existsSync(folder)).toBe(false);
      expect(controlGroups(basename(folder))).toEqual([]);
      expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder);
    }
  });

  it.each(['orderly', 'power cut'] as const)('keeps disk and log over a reboot: %s', async (how) => {
    const host = await boot();
    await host.run('sh', '-c', 'echo kept > /root/kept');
    await host.reboot(how);
    expect(await host.run('cat', '/root/kept')).toBe('kept');
    expect(await host.run('hostname')).toBe(host.name);
    expect((await host.journal('docker')).match(/Started docker.service/g)).toHaveLength(2);
    const stops = (await host.journal('docker')).match(/Stopped docker.service/g) ?? [];
    expect(stops).toHaveLength(how === 'orderly' ? 1 : 0);
  });

  it('leaves nothing when its process is killed', async () => {
    const program = `const { bootHost } = await import(${JSON.stringify(join(import.meta.dirname, 'boot-host.ts'))});
      const host = await bootHost();
      console.log(host.files.split('/')[2], await host.run('findmnt', '--noheadings', '--output', 'OPTIONS', '/'));
      setInterval(() => {}, 1000);`;
    const args = ['--conditions=source', '--input-type=module', '--eval', program];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const [, pid = '', folder = ''] = /^(\d+) .*upperdir=([^,]*)\/disk\/changes/.exec(String(line)) ?? [];
    expect(dirname(folder)).toBe(tmpdir());
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    child.kill('SIGKILL');
    await eventually('nothing of the host is left', () => {
      expect(existsSync(`/proc/${pid}`)).toBe(false);
      expect(existsSync(folder)).toBe(false);
      expect(controlGroups(basename(folder))).toEqual([]);
    });
  });
});
