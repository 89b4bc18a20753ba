import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { type Namespaces, startNamespaces } from './namespaces.ts';

const remedy = 'apt-get install it';

/** proc(5): the state is the letter behind the command's name. */
const isPaused = (pid: number): boolean => /\) T/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('startNamespaces', () => {
  let namespaces: Namespaces;

  beforeEach(async () => {
    namespaces = await startNamespaces({ prepare: ['hostname east', 'ip address add 10.7.0.1/32 dev lo'] });
  });

  afterEach(() => namespaces.end());

  it('prepares them before anything else runs', async () => {
    const args = ['-c', 'hostname; ip -br address show lo; exec sleep 1000000'];
    const server = await namespaces.start({ name: 'a shell', command: 'sh', args, remedy });
    await eventually('what the shell sees', () => expect(server.output()).toMatch(/^east\n.*10\.7\.0\.1/));
    const { stdout } = await promisify(execFile)('hostname');
    expect(stdout).not.toBe('east\n');
  });

  it('signals the server itself, and tells how it ended', async () => {
    const args = ['-c', "trap 'exit 7' TERM; echo trapped; while :; do sleep 0.05; done"];
    const server = await namespaces.start({ name: 'a shell', command: 'sh', args, remedy });
    await eventually('the trap', () => expect(server.output()).toContain('trapped'));
    expect(server.running).toBe(true);
    await server.stop('SIGTERM');
    expect(server.running).toBe(false);
    expect(server.exitCode).toBe(7);
  });

  it('kills a server that does not end in time', async () => {
    const args = ['-c', "trap '' TERM; echo trapped; while :; do sleep 0.05; done"];
    const server = await namespaces.start({ name: 'a shell', command: 'sh', args, remedy });
    await eventually('the trap', () => expect(server.output()).toContain('trapped'));
    await server.stop('SIGTERM', 50);
    expect(server.running).toBe(false);
  });

  it.each([
    { how: 'paused', signals: ['SIGSTOP'] },
    { how: 'paused and resumed', signals: ['SIGSTOP', 'SIGCONT'] },
  ] as const)('stops a server that was $how', async ({ signals }) => {
    const args = ['-c', "trap 'exit 7' TERM; echo trapped; while :; do sleep 0.05; done"];
    const server = await namespaces.start({ name: 'a shell', command: 'sh', args, remedy });
    await eventually('the trap', () => expect(server.output()).toContain('trapped'));
    for (const signal of signals) {
      server.signal(signal);
      await eventually(signal, () => expect(isPaused(server.pid)).toBe(signal === 'SIGSTOP'));
    }
    await server.stop();
    expect(server.exitCode).toBe(7);
  });

  it('passes on what the server prints', async () => {
    const chunks: Buffer[] = [];
    const onOutput = (chunk: Buffer): void => void chunks.push(chunk);
    const args = ['-c', 'echo ahoy; exec sleep 1000000'];
    await namespaces.start({ name: 'a shell', command: 'sh', args, remedy, onOutput });
    await eventually('what it printed', () => expect(Buffer.concat(chunks).toString('utf8')).toBe('ahoy\n'));
  });

  it('names the remedy for a program that is missing', async () => {
    const starting = namespaces.start({ name: 'nothing', command: 'wharf-no-such-program', args: [], remedy });
    await expect(starting).rejects.toThrow('nothing cannot be started (wharf-no-such-program): apt-get install it');
  });

  it('takes its servers with it when it ends', async () => {
    const args = ['1000000'];
    const server = await namespaces.start({ name: 'sleep', command: 'sleep', args, remedy });
    await namespaces.end();
    await server.ended;
    expect(server.running).toBe(false);
  });
});

describe('startNamespaces with a preparation that fails', () => {
  it('says why', async () => {
    await expect(startNamespaces({ prepare: ['ip link set nobody up'] })).rejects.toThrow(/nobody/);
  });
});
