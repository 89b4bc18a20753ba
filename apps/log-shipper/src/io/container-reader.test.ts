import { PassThrough } from 'node:stream';
import { createMetrics, Registry, silentLogger, systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createResumePoint } from '../lines/resume-point.ts';
import { metrics } from '../metrics.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { type ReaderContext, startContainerReader } from './container-reader.ts';
import { createRouteMeter } from './route-meter.ts';

const start = (engine: ReaderContext['engine']) =>
  startContainerReader(
    {
      container: sampleContainer(),
      sources: new Set(['stdout']),
      resume: createResumePoint(undefined),
      onFinish: () => undefined,
    },
    {
      engine,
      clock: systemClock,
      random: Math.random,
      log: silentLogger,
      queue: createMessageQueue({ messages: 10, bytes: 1_000 }),
      meter: createRouteMeter(createMetrics(metrics, new Registry()), 'r'),
      encoderFor: () => (line) => line.bytes,
    },
  );

describe('startContainerReader', () => {
  it('stops at once while the engine does not answer', async () => {
    let inspections = 0;
    const reader = start({
      logs: async () => new PassThrough().end(),
      inspect: () => {
        inspections++;
        return new Promise(() => undefined);
      },
    });
    await eventually('the question', () => expect(inspections).toBe(1));
    await reader.stop();
  });
});
