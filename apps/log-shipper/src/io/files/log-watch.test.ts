import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createManualClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogFolder, type LogFolder } from '../../testing/log-folder.ts';
import { createLogWatch, type LogWatch } from './log-watch.ts';

let clock: ReturnType<typeof createManualClock>;
let watch: LogWatch;
let logs: LogFolder;

beforeEach(() => {
  clock = createManualClock();
  watch = createLogWatch(clock);
  logs = createLogFolder();
});

afterEach(() => logs.remove());

describe('createLogWatch', () => {
  it('calls all who look once a second, until they stop', async () => {
    const calls: string[] = [];
    const stops = ['a', 'b'].map((name) => watch.poll(() => calls.push(name)));
    await clock.advance(2_500);
    expect(calls).toEqual(['a', 'b', 'a', 'b']);
    stops[0]?.();
    await clock.advance(1_000);
    expect(calls.slice(4)).toEqual(['b']);
    stops[1]?.();
    await clock.advance(5_000);
    expect(calls).toHaveLength(5);
    const stop = watch.poll(() => calls.push('c'));
    await clock.advance(1_000);
    stop();
    expect(calls.slice(5)).toEqual(['c']);
  });

  it('tells of the log, not of other files', async () => {
    let hints = 0;
    const stop = watch.watchFolder(join(logs.root, logs.id), logs.id, () => hints++);
    writeFileSync(join(logs.root, logs.id, 'config.v2.json'), '{}');
    logs.write('x');
    await eventually('a hint', () => expect(hints).toBe(1));
    logs.rotate();
    await eventually('a hint', () => expect(hints).toBeGreaterThan(1));
    stop();
  });

  it('can do without a folder', () => {
    rmSync(logs.root, { recursive: true });
    const stop = watch.watchFolder(join(logs.root, logs.id), logs.id, () => undefined);
    expect(stop).not.toThrow();
  });
});
