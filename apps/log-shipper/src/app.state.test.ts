import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Dockerd,
  eventually,
  freePort,
  importSampleImage,
  startDockerd,
  startSyslogReceiver,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { LogShipperConfig } from './config.ts';
import { StateFolderUnusableError } from './io/state-folder.ts';
import { StateFolderInUseError } from './io/state-lock.ts';
import { createSmallDisk } from './testing/small-disk.ts';
import { startShipper } from './testing/start-shipper.ts';

let dockerd: Dockerd;
let image: string;
const open: (() => unknown)[] = [];

beforeAll(async () => {
  dockerd = await startDockerd();
  image = await importSampleImage(dockerd.socketPath);
});

afterAll(() => dockerd?.stop());

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  const ids = (await dockerd.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await dockerd.docker('rm', '-f', ...ids);
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-state-'));
  open.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};
const ship = async (route: string, config: Partial<LogShipperConfig>) => {
  const shipper = await startShipper(dockerd.socketPath, [route], config);
  let isStopped = false;
  const stop = async () => {
    if (!isStopped) await shipper.stop();
    isStopped = true;
  };
  open.push(stop);
  return { ...shipper, stop };
};
const receive = async (port?: number) => {
  const receiver = await startSyslogReceiver(port === undefined ? {} : { port });
  open.push(() => receiver.close());
  const texts = () => receiver.messages.map(({ text }) => text.replace(/^.* - - /, ''));
  return { ...receiver, texts };
};
const run = (name: string, script: string) => dockerd.docker('run', '-d', '--name', name, image, 'sh', '-c', script);

describe('a shipper with a state folder', () => {
  it.each(['api', 'files'] as const)('goes on over a restart where it was, by %s', async (source) => {
    const receiver = await receive();
    const config = { stateDir: newFolder(), source, logFiles: join(dockerd.dataRoot, 'containers'), tcpResendMs: 0 };
    const route = `syslog+tcp://127.0.0.1:${receiver.port}`;
    const before = await ship(route, config);
    await eventually('the shipper', () => expect(before.agent.readiness()).toEqual([]));
    await run('lasting', 'echo one; while [ ! -e /go ]; do sleep 0.02; done; echo two; touch /done; sleep 1000');
    await eventually('the first line', () => expect(receiver.texts()).toEqual(['one']));
    await before.stop();

    await dockerd.docker('exec', 'lasting', 'touch', '/go');
    await run('short', 'echo three');
    await dockerd.docker('wait', 'short');
    await eventually('the second line', () => dockerd.docker('exec', 'lasting', 'ls', '/done'));

    const after = await ship(route, config);
    await eventually('the rest', () => expect(receiver.texts().toSorted()).toEqual(['one', 'three', 'two']));
    expect(await after.count('wharf_shipper_lines_read_total')).toBe(2);
    expect(await after.count('wharf_shipper_log_gaps_total')).toBe(0);
  });

  it.each(['api', 'files'] as const)('tells that lines were rotated away while it was down, by %s', async (source) => {
    const receiver = await receive();
    const config = { stateDir: newFolder(), source, logFiles: join(dockerd.dataRoot, 'containers'), tcpResendMs: 0 };
    const route = `syslog+tcp://127.0.0.1:${receiver.port}`;
    const before = await ship(route, config);
    await eventually('the shipper', () => expect(before.agent.readiness()).toEqual([]));
    const script =
      'echo one; while [ ! -e /go ]; do sleep 0.02; done; i=0; while [ $i -lt 2000 ]; do i=$((i+1)); echo more $i; done; touch /done; sleep 1000';
    const small = ['--log-opt', 'max-size=20k', '--log-opt', 'max-file=1'];
    await dockerd.docker('run', '-d', '--name', 'wordy', ...small, image, 'sh', '-c', script);
    await eventually('the first line', () => expect(receiver.texts()).toEqual(['one']));
    await before.stop();

    await dockerd.docker('exec', 'wordy', 'touch', '/go');
    await eventually('all lines', () => dockerd.docker('exec', 'wordy', 'ls', '/done'));
    const after = await ship(route, config);
    await eventually('the newest line', () => expect(receiver.texts().at(-1)).toBe('more 2000'));
    expect(await after.count('wharf_shipper_log_gaps_total')).toBe(1);
  });

  it('keeps what a receiver that is away has not taken in its spool', async () => {
    const port = await freePort();
    const stateDir = newFolder();
    const route = `syslog+tcp://127.0.0.1:${port}?spool=on`;
    const before = await ship(route, { stateDir });
    await eventually('the refusal', () => expect(before.agent.readiness()).toEqual([expect.stringMatching(/refused/)]));
    await run('gone', 'for i in 1 2 3; do echo line $i; done');
    await eventually('the lines', async () => expect(await before.count('wharf_shipper_lines_read_total')).toBe(3));
    await before.stop();
    // The engine has nothing of it any more.
    await dockerd.docker('rm', '-f', 'gone');

    const receiver = await receive(port);
    await ship(route, { stateDir });
    await eventually('the lines', () => expect(receiver.texts()).toEqual(['line 1', 'line 2', 'line 3']));
  });

  it('lets nobody else see or use the folder', async () => {
    const receiver = await receive();
    const stateDir = join(newFolder(), 'state');
    const route = `syslog+tcp://127.0.0.1:${receiver.port}`;
    const first = await ship(route, { stateDir });
    await eventually('a file', () => expect(readdirSync(stateDir).length).toBeGreaterThan(1));
    expect(statSync(stateDir).mode & 0o777).toBe(0o700);
    await expect(startShipper(dockerd.socketPath, [route], { stateDir })).rejects.toThrow(StateFolderInUseError);
    await first.stop();
    await ship(route, { stateDir });
  });

  it('says all that is wrong with a route at once', async () => {
    const disk = createSmallDisk();
    open.push(() => disk.remove());
    const route = `syslog+tcp://127.0.0.1:${await freePort()}?spool=on`;
    const { agent } = await ship(route, { stateDir: join(disk.root, 'state') });
    await eventually('the refusal', () => expect(agent.readiness()).toEqual([expect.stringMatching(/refused/)]));
    disk.fill();
    await run('chatty', 'echo line');
    await eventually('all troubles', () =>
      expect(agent.readiness()).toEqual([
        expect.stringMatching(/refused.*; the spool: ENOSPC.*; how far its lines have got cannot be kept: ENOSPC/),
      ]),
    );
  });

  it('does not start with a folder that is none', async () => {
    const stateDir = join(newFolder(), 'file');
    writeFileSync(stateDir, '');
    await expect(startShipper(dockerd.socketPath, ['stdout:'], { stateDir })).rejects.toThrow(StateFolderUnusableError);
  });
});
