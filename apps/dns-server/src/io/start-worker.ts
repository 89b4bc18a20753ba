import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describeError } from '@wharf/agent';
import type { StartThread } from '../threads/running-thread.ts';

/** As this file: built, or the source in tests. */
const MAIN = new URL(`./thread-main${extname(import.meta.filename)}`, import.meta.url);

/** Starts a serving thread as a worker thread of this process. */
export const startWorker: StartThread = (settings, listener) => {
  const worker = new Worker(MAIN, { workerData: settings, name: 'serving' });
  let reason = 'it stopped by itself';
  worker.on('message', (report) => listener.onReport(report));
  worker.on('error', (error) => {
    reason = describeError(error);
  });
  worker.on('exit', () => listener.onEnd(reason));
  return { post: (order) => worker.postMessage(order, []), terminate: () => void worker.terminate() };
};
