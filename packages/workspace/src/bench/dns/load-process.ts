import { setTimeout as delay } from 'node:timers/promises';
import { Registry, silentLogger, systemClock } from '@wharf/agent';
import { createDnsServer, dnsServerDefaults } from '@wharf/dns-server';
import { createEtcdKeyStore } from '@wharf/etcd-client';

// A process of its own: its memory is that of one DNS server, and nothing else holds up its event loop.
// Prints the seconds until all records of the path are read, those of CPU, the longest time in milliseconds that the event
// loop did not get round to a timer, the most milliseconds of CPU that it had in such a time, and afterwards the octets in
// use, in the heap and outside, and those resident.
const [url = '', port = '', pathPrefix = ''] = process.argv.slice(2);
const store = createEtcdKeyStore({ endpoints: [url], log: silentLogger });
const server = createDnsServer(
  {
    ...dnsServerDefaults,
    listen: { host: '127.0.0.1', port: Number(port) },
    pathPrefix,
  },
  {
    store,
    log: silentLogger,
    clock: systemClock,
    random: () => Math.random(),
    registry: new Registry(),
    hostname: 'localhost',
  },
);
await store.get('/');

const stalls = watchStalls();
const startedMs = performance.now();
const cpuBefore = process.cpuUsage();
await server.start();
while (server.readiness().length > 0) await delay(1);
const seconds = (performance.now() - startedMs) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
const { stallMs, stallCpuMs } = stalls.stop();

// What is left over from the reading is collected; buffers are given back some time after what held them.
for (let round = 0; round < 4; round++) {
  await globalThis.gc?.({ execution: 'async' });
  await delay(50);
}
const { heapUsed, external, rss } = process.memoryUsage();
const figures = [seconds, (user + system) / 1_000_000, stallMs, stallCpuMs, heapUsed + external, rss];
process.stdout.write(`${figures.join(' ')}\n`);
await server.stop();
await store.close();

/** On a host that has other things to do, time passes without CPU. */
function watchStalls() {
  let [stallMs, stallCpuMs] = [0, 0];
  let [lastMs, lastCpuMs] = [performance.now(), threadCpuMs()];
  const timer = setInterval(() => {
    const [nowMs, nowCpuMs] = [performance.now(), threadCpuMs()];
    stallMs = Math.max(stallMs, nowMs - lastMs);
    stallCpuMs = Math.max(stallCpuMs, nowCpuMs - lastCpuMs);
    [lastMs, lastCpuMs] = [nowMs, nowCpuMs];
  }, 1);
  return {
    stop() {
      clearInterval(timer);
      return { stallMs, stallCpuMs };
    },
  };
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
