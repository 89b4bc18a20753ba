import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dockerd, startDockerd } from './dockerd.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { importSampleImage, SAMPLE_IMAGE } from './sample-image.ts';

const run = promisify(execFile);

/** Command lines of all processes that mention `text`. */
function processesNaming(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((commandLine) => commandLine.includes(text));
}

describe('startDockerd', () => {
  let engine: Dockerd;

  beforeAll(async () => {
    engine = await startDockerd();
    await importSampleImage(engine.socketPath);
  });

  afterAll(() => engine.stop());

  it('runs containers of the sample image', async () => {
    expect(await engine.docker('run', '--rm', SAMPLE_IMAGE, 'echo', 'ahoy')).toBe('ahoy');
  });

  it('has a network of its own, which a command can enter', async () => {
    const serve = 'echo ahoy > /tmp/index.html && httpd -f -h /tmp';
    const id = await engine.docker('run', '-d', '-p', '8080:80', SAMPLE_IMAGE, 'sh', '-c', serve);
    const command = [...engine.enterNetwork, 'busybox', 'wget', '-q', '-O-', 'http://127.0.0.1:8080/'];
    const page = await eventually('the published port answers', () => run('env', command));
    expect(page.stdout).toBe('ahoy\n');
    await engine.docker('rm', '-f', id);
  });

  it('tells what the docker command said when it fails', async () => {
    await expect(engine.docker('inspect', 'nobody')).rejects.toThrow(/no such object: nobody/i);
  });

  it('starts again on the same data after a crash', async () => {
    const id = await engine.docker('create', '--name', 'kept', SAMPLE_IMAGE);
    await engine.kill();
    expect(engine.running).toBe(false);
    await expect(requestEngine(engine.socketPath, 'GET', '/_ping')).rejects.toThrow(/ECONNREFUSED/);
    await engine.restart();
    expect(await engine.docker('inspect', '--format', '{{.Id}}', 'kept')).toBe(id);
    await engine.docker('rm', 'kept');
  });
});

describe('an engine whose owner was killed', () => {
  it('is gone', async () => {
    const owner = `
      import { startDockerd } from '${new URL('./dockerd.ts', import.meta.url).href}';
      const { socketPath } = await startDockerd();
      process.stdout.write(socketPath, () => process.kill(process.pid, 'SIGKILL'));`;
    const child = run(process.execPath, ['--input-type=module', '--eval', owner]);
    const { stdout } = (await child.catch((error: unknown) => error)) as { stdout: string };
    const folder = dirname(stdout);
    expect(folder).toMatch(/wharf-dockerd-/);
    await eventually('no process left', () => expect(processesNaming(folder)).toEqual([]));
    rmSync(folder, { recursive: true });
  });
});

describe('stop', () => {
  it('leaves no process, no folder and no control group behind', async () => {
    const engine = await startDockerd({ liveRestore: true });
    await importSampleImage(engine.socketPath);
    await engine.docker('run', '-d', SAMPLE_IMAGE, 'sleep', '1000000');
    await engine.kill();
    const folder = dirname(engine.socketPath);
    expect(processesNaming(folder)).not.toEqual([]);
    await engine.stop();
    expect(processesNaming(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    const cgroup = folder.slice(folder.lastIndexOf('/') + 1);
    const hierarchies = readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}/${cgroup}`);
    expect([`/sys/fs/cgroup/${cgroup}`, ...hierarchies].filter((path) => existsSync(path))).toEqual([]);
  });
});
