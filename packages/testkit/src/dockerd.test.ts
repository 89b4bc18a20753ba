import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dockerd, startDockerd } from './dockerd.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { importSampleImage, SAMPLE_IMAGE } from './sample-image.ts';

const run = promisify(execFile);

interface NamedProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/** All processes whose command lines mention `text`. */
function processesNaming(text: string): readonly NamedProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), commandLine: commandLineOf(pid) }))
    .filter(({ commandLine }) => commandLine.includes(text));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Control groups of that name, wherever they are. */
async function cgroupsNamed(name: string): Promise<readonly string[]> {
  // Groups of others come and go meanwhile; find complains of them on stderr and in its exit code.
  const search = `find /sys/fs/cgroup -type d -name "$1" 2>/dev/null || true`;
  const { stdout } = await run('sh', ['-c', search, 'sh', name]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What is left of the engine with this folder. */
async function remainsOf(folder: string): Promise<readonly string[]> {
  return [
    ...processesNaming(folder).map(({ commandLine }) => commandLine),
    ...(existsSync(folder) ? [folder] : []),
    ...(await cgroupsNamed(basename(folder))),
  ];
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

  it('keeps what its daemons write to the folder for temporary files', async () => {
    const folder = dirname(engine.socketPath);
    const containerd = processesNaming(folder).find(({ commandLine }) => commandLine.startsWith('containerd '));
    if (containerd === undefined) throw new Error('there is no containerd');
    // As dockerd does with one that does not answer for a while: it writes the stacks of its goroutines to a file.
    process.kill(containerd.pid, 'SIGUSR1');
    await eventually('the stacks', () => {
      expect(readdirSync(join(folder, 'temporary'))).toContainEqual(
        expect.stringMatching(/^containerd\.\d+\.stacks\.log$/),
      );
    });
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
    expect(await cgroupsNamed(basename(folder))).not.toEqual([]);
    await engine.stop();
    expect(await remainsOf(folder)).toEqual([]);
  });

  it('leaves nothing behind when all processes of the engine were killed before', async () => {
    const engine = await startDockerd();
    await importSampleImage(engine.socketPath);
    await engine.docker('run', '-d', SAMPLE_IMAGE, 'sleep', '1000000');
    const init = Number(engine.enterNetwork[engine.enterNetwork.indexOf('--target') + 1]);
    process.kill(init, 'SIGKILL');
    // Without a turn of the event loop, so that stop does not know yet.
    const deadline = performance.now() + 10_000;
    while (existsSync(`/proc/${init}`) && performance.now() < deadline);
    expect(existsSync(`/proc/${init}`)).toBe(false);
    await engine.stop();
    expect(await remainsOf(dirname(engine.socketPath))).toEqual([]);
  });

  it('leaves nothing behind when Ctrl-C makes its owner stop the engine, which itself never notices', async () => {
    const source = (file: string): string => new URL(file, import.meta.url).href;
    const owner = `
      import { startDockerd } from '${source('./dockerd.ts')}';
      import { importSampleImage, SAMPLE_IMAGE } from '${source('./sample-image.ts')}';
      const engine = await startDockerd();
      await importSampleImage(engine.socketPath);
      await engine.docker('run', '-d', SAMPLE_IMAGE, 'sleep', '1000000');
      process.once('SIGINT', async () => {
        process.stdout.write(await engine.docker('info', '--format', ' {{.ContainersRunning}} running'));
        if (/interrupt/i.test(engine.output())) process.stdout.write(', interrupted');
        await engine.stop();
        process.stdout.write(', stopped', () => process.exit());
      });
      process.stdout.write(engine.socketPath);`;
    // A session of its own: its process group is what the terminal would signal.
    const child = spawn(process.execPath, ['--input-type=module', '--eval', owner], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    await once(child.stdout, 'data');
    const socketPath = output;
    if (child.pid === undefined) throw new Error('the owner has no process ID');
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGINT');
    await closed;
    expect(output).toBe(`${socketPath} 1 running, stopped`);
    expect(await remainsOf(dirname(socketPath))).toEqual([]);
  });
});
