import { parentPort, workerData } from 'node:worker_threads';
import { Registry, systemClock } from '@wharf/agent';
import { createServingThread } from '../threads/serve-in-thread.ts';

if (parentPort === null) throw new Error('this is started by the dns-server, as a thread of it');
const port = parentPort;
const thread = createServingThread({
  settings: workerData,
  post: (report) => port.postMessage(report),
  clock: systemClock,
  random: Math.random,
  registry: new Registry(),
});
port.on('message', (order) => thread.take(order));
await thread.start();
await thread.stopped;
port.close();
