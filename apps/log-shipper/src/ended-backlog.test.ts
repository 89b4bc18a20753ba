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

/** A shipper of all logs of ended containers; `answer` gives the rest of an answer that has begun. */
const startBacklog = async (port: number, answer: (name: string, response: ServerResponse) => void) => {
  const counts = { open: 0, mostOpen: 0 };
  const fake = await startFakeEngine({
    log({ name }, _query, response) {
      response.once('close', () => counts.open--);
      counts.mostOpen = Math.max(counts.mostOpen, ++counts.open);
      answer(name, response);
    },
  });
  for (const name of fake.add(CONTAINERS)) fake.die(name);
  const config = { source: 'api', backlog: true, queue: { messages: 1e9, bytes: QUEUE_BYTES } } as const;
  const shipper = await startShipper(fake.socketPath, [`syslog+tcp://127.0.0.1:${port}`], config);
  return { fake, shipper, counts, queueBytes: () => shipper.count('wharf_shipper_queue_bytes') };
};

describe('the backlog of thousands of containers that have ended', () => {
  it('is read a few logs at a time; who runs need not wait', async () => {
    let isLiveOpen = false;
    const { fake, shipper, counts } = await startBacklog(await freePort(), (name) => {
      if (name === LIVE) isLiveOpen = true;
    });
    await eventually('logs are open', () => expect(counts.open).toBe(READINGS));
    fake.run({ name: LIVE });
    await eventually('the log of one that runs is open', () => expect(isLiveOpen).toBe(true));
    expect(counts.mostOpen).toBe(READINGS + 1);
    await shipper.stop();
    await fake.close();
  });

  it('passes the limit of the queue by little, and arrives as a whole', async () => {
    const port = await freePort();
    let mostBytes = 0;
    // As dockerd does, it begins to answer before it begins to read.
    const { fake, shipper, counts, queueBytes } = await startBacklog(port, (name, response) =>
      setImmediate(() => response.end(logOf(name))),
    );
    const sample = async (): Promise<void> => {
      mostBytes = Math.max(mostBytes, await queueBytes());
    };
    const sampling = setInterval(() => void sample(), 5);
    await eventually('a full queue', async () => expect(await queueBytes()).toBeGreaterThanOrEqual(QUEUE_BYTES));
    const seen = new Set<string>();
    const onMessage = ({ text }: { readonly text: string }): unknown => seen.add(/<shop.*?>/.exec(text)?.[0] ?? text);
    const receiver = await startSyslogReceiver({ port, onMessage });
    await eventually('all lines', () => expect(seen.size).toBe(CONTAINERS * LINES), { timeoutMs: 100_000 });
    clearInterval(sampling);
    expect(counts.mostOpen).toBeLessThanOrEqual(READINGS);
    expect(mostBytes).toBeLessThanOrEqual(QUEUE_BYTES + 16 * LOG_BYTES);
    await shipper.stop();
    await receiver.close();
    await fake.close();
  });
});
