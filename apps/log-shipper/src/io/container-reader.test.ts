import { PassThrough } from 'node:stream';
import { createMetrics, Registry, silentLogger, systemClock } from '@wharf/agent';
import { EngineError } from '@wharf/docker-watcher';
import { eventually } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createResumePoint } from '../lines/resume-point.ts';
import { metrics } from '../metrics.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { type ReaderContext, startContainerReader } from './container-reader.ts';
import { createRouteMeter } from './route-meter.ts';

const start = (engine: ReaderContext['engine'], log = silentLogger) =>
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
      log,
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

  it('names a container whose log the engine cannot read', async () => {
    const warnings: unknown[] = [];
    const log: typeof silentLogger = Object.assign(Object.create(silentLogger), {
      warn: (fields: unknown) => warnings.push(fields),
    });
    const logs = () => Promise.reject(new EngineError('unsupported', 'its log driver keeps nothing'));
    const reader = start({ logs, inspect: async () => undefined }, log);
    await eventually('the warning', () =>
      expect(warnings).toEqual([{ container: 'web', reason: 'its log driver keeps nothing' }]),
    );
    await reader.stop();
  });
});
