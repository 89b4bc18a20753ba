import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bootstrap = fileURLToPath(new URL('../../bootstrap.mjs', import.meta.url));

interface RunningLab {
  readonly child: ChildProcess;
  type(text: string): void;
  output(): string;
  readonly ended: Promise<number | null>;
}

describe('npm run lab', () => {
  let folder: string;

  // What the lab keeps is in here, and its processes have inherited the name.
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wl-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts a command as a process group of its own, as a terminal does. */
  const start = (command: string, ...args: readonly string[]): RunningLab => {
    const env = { ...process.env, TMPDIR: folder, TERM: 'xterm' };
    const child = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    }
    const ended = once(child, 'close').then(() => child.exitCode);
    return { child, type: (text) => child.stdin.write(text), output: () => output, ended };
  };

  const processesLeft = (): readonly string[] =>
    readdirSync('/proc').filter((pid) => /^[0-9]+$/.test(pid) && readEnvironment(pid).includes(`TMPDIR=${folder}`));

  const expectNothingLeft = async (): Promise<void> => {
    await eventually('the end of every process', () => expect(processesLeft()).toEqual([]));
    expect(readdirSync(folder).filter((name) => /^wharf-(?!ports)/.test(name))).toEqual([]);
  };

  it('takes commands from a pipe, shows what they lead to and removes everything', { timeout: 240_000 }, async () => {
    const lab = start(process.execPath, bootstrap, 'lab', '-ttl=8', '-ttl-refresh=2');
    lab.type('lookup web\ncut 2\nwait\nheel 2\nheal 2; wait\nroll dns-server 3\nwait\nstatus\n');
    lab.child.stdin?.end();
    const exitCode = await lab.ended;
    const output = lab.output();
    // A word that is no command: whoever scripts the lab is to notice.
    expect({ exitCode, output }).toMatchObject({ exitCode: 1 });
    expect(output).toContain('There is no command "heel". Did you mean heal?');
    for (const host of ['host-1', 'host-2', 'host-3']) {
      expect(output).toMatch(new RegExp(`${host}, in web: web is (?:10\\.\\S+ ?){3}`));
    }
    expect(output).toMatch(
      /host-2 cut off: its web gone from the answers of host-1 after \S+ s, of host-3 after \S+ s/,
    );
    expect(output).toContain('host-2 still answers web: 3 addresses');
    expect(output).toMatch(/host-2 healed: all is in the answers of host-1 after .*, of host-2 after \S+ m?s\n/);
    expect(output).toMatch(/host-2 healed: 0 of [1-9]\d* lines lost\n/);
    expect(output).toMatch(/roll dns-server 3 took \S+ m?s: 0 of [1-9][\d,]* questions unanswered\n/);
    expect(output).toMatch(/roll dns-server 3: 0 of [1-9]\d* lines lost\n/);
    expect(output.match(/^host-\d +\S+ +up /gm)).toHaveLength(6);
    expect(output).not.toContain('\u001b');
    await expectNothingLeft();
  });

  it('draws on a terminal, and Ctrl-C, pressed twice, removes everything', { timeout: 240_000 }, async () => {
    const lab = start(
      'script',
      '--quiet',
      '--return',
      '--command',
      `'${process.execPath}' '${bootstrap}' lab -hosts=1`,
      '/dev/null',
    );
    const seen = (text: string): Promise<void> =>
      eventually(text, () => expect(lab.output()).toContain(text), { timeoutMs: 120_000 });
    await seen('help lists the commands');
    const groups = readdirSync(folder).flatMap(cgroupsNamed);
    expect(groups).not.toEqual([]);
    lab.type('hel\t\r');
    await seen('Enter goes back to the tables.');
    lab.type('\u0003\u0003');
    expect({ exitCode: await lab.ended, output: lab.output() }).toMatchObject({ exitCode: 130 });
    expect(lab.output()).toContain('everything that was started is removed');
    await expectNothingLeft();
    expect(groups.filter((group) => existsSync(group))).toEqual([]);
  });
});

/** The control groups of a name at the roots of all hierarchies: of version 1 there are several. */
function cgroupsNamed(name: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  const hierarchies = ['', ...readdirSync(root)].map((hierarchy) => join(root, hierarchy, name));
  return hierarchies.filter((group) => name !== '' && existsSync(group));
}

/** Empty for a process that has gone, and for one of the kernel. */
function readEnvironment(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
