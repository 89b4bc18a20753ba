import type { ServerResponse } from 'node:http';
import { eventually, freePort, startFakeEngine, startSyslogReceiver } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { startShipper } from './testing/start-shipper.ts';

const CONTAINERS = 2_000;
const LINES = 10;
const QUEUE_BYTES = 256 * 1024;
/** As the receiver gets them: a log is a chunk. */
const LOG_BYTES = LINES * 1_200;
const READINGS = 64;
const LIVE = 'live';

const logOf = (name: string): Buffer => {
  const entries = Array.from({ length: LINES }, (_, index) => {
    const text = `2026-02-03T04:05:${10 + index}.000000001Z <${name} ${index}> ${'x'.repeat(1_000)}\n`;
    const frame = Buffer.from(`\u0001\0\0\0....${text}`);
    frame.writeUInt32BE(text.length, 4);
    return frame;
  });
  return Buffer.concat(entries);
};

describe('the backlog of thousands of containers that have ended', () => {
  it('is read a few logs at a time, passes the limit of the queue by little, and arrives as a whole', async () => {
    let open = 0;
    let mostOpen = 0;
    let mostBytes = 0;
    let isLiveOpen = false;
    let held: (() => void)[] | undefined = [];
    const seen = new Set<string>();
    let queueBytes = async (): Promise<number> => 0;
    const answer = (name: string, response: ServerResponse): void => {
      response.once('close', () => open--);
      mostOpen = Math.max(mostOpen, ++open);
      if (name === LIVE) {
        isLiveOpen = true;
        return;
      }
      const finish = (): unknown => response.end(logOf(name));
      // As dockerd does, it begins to answer before it begins to read.
      if (held === undefined) setImmediate(finish);
      else held.push(finish);
      // The first ones were open before there was anything in the queue, and come all at once.
      if (seen.size < 2 * READINGS * LINES) return;
      void queueBytes().then((bytes) => {
        mostBytes = Math.max(mostBytes, bytes);
      });
    };
    const fake = await startFakeEngine({ log: ({ name }, _query, response) => answer(name, response) });
    for (const name of fake.add(CONTAINERS)) fake.die(name);
    const port = await freePort();
    const config = { source: 'api', backlog: true, queue: { messages: 1e9, bytes: QUEUE_BYTES } } as const;
    const shipper = await startShipper(fake.socketPath, [`syslog+tcp://127.0.0.1:${port}`], config);
    queueBytes = () => shipper.count('wharf_shipper_queue_bytes');
    await eventually('logs are open', () => expect(open).toBe(READINGS));
    fake.run({ name: LIVE });
    await eventually('the log of one that runs is open', () => expect(isLiveOpen).toBe(true));
    expect(open).toBe(READINGS + 1);
    for (const finish of held) finish();
    held = undefined;
    await eventually('a full queue', async () => expect(await queueBytes()).toBeGreaterThanOrEqual(QUEUE_BYTES));
    const onMessage = ({ text }: { readonly text: string }): unknown => seen.add(/<shop.*?>/.exec(text)?.[0] ?? text);
    const receiver = await startSyslogReceiver({ port, onMessage });
    await eventually('all lines', () => expect(seen.size).toBe(CONTAINERS * LINES), { timeoutMs: 100_000 });
    expect(mostOpen).toBe(READINGS + 1);
    expect(mostBytes).toBeGreaterThan(0);
    expect(mostBytes).toBeLessThanOrEqual(QUEUE_BYTES + 16 * LOG_BYTES);
    await shipper.stop();
    await receiver.close();
    await fake.close();
  });
});
