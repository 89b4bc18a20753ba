import { setTimeout as delay } from 'node:timers/promises';
import {
  createCertificates,
  type Dockerd,
  eventually,
  importSampleImage,
  type RsyslogMessage,
  startAgent,
  startDockerd,
  startRsyslog,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { heldByKernel } from './conservation/held-by-kernel.ts';
import { sumOfSamples } from './stored-keys.ts';

/** More than the kernel holds for a connection: about 10 MB. */
const LINES = 20_000;
const LINE_BYTES = 1_000;
const RESEND_MS = 1_000;

let cleanup: AsyncDisposableStack;
let dockerd: Dockerd;
let image: string;

beforeAll(async () => {
  dockerd = await startDockerd();
  image = await importSampleImage(dockerd.socketPath);
});

afterAll(() => dockerd?.stop());

beforeEach(() => {
  cleanup = new AsyncDisposableStack();
});

afterEach(() => cleanup.disposeAsync());

const numberOf = ({ msg }: RsyslogMessage): number => Number(/\d+/.exec(msg)?.[0]);

describe('a receiver that is killed when it has not read for long', () => {
  it.each(['tcp', 'tls'] as const)(
    'over %s: what the kernel held is lost, in one piece, and nothing else',
    async (name) => {
      const certificates = await createCertificates();
      cleanup.defer(async () => certificates.remove());
      const rsyslog = await startRsyslog({ tls: { certificate: certificates.server } });
      cleanup.defer(() => rsyslog.stop());
      const port = name === 'tcp' ? rsyslog.tcpPort : rsyslog.tlsPort;
      const uri = `syslog+${name}://127.0.0.1:${port}${name === 'tls' ? `?tls.ca=${certificates.server.caFile}` : ''}`;
      const shipper = await startAgent({
        name: 'log-shipper',
        main: mainOf('log-shipper'),
        args: ['-source', 'api', '-tcp-resend', `${RESEND_MS}ms`, uri],
        env: { DOCKER_HOST: `unix://${dockerd.socketPath}` },
      });
      cleanup.defer(() => shipper.stop());
      await shipper.ready();
      const sent = async () => sumOfSamples(await shipper.text('/metrics'), 'wharf_shipper_messages_sent_total', '');

      await dockerd.docker('run', '--name', `before-${name}`, image, 'echo', 'line 0');
      await eventually('the first line', () => expect(rsyslog.messages().map(numberOf)).toEqual([0]));
      // What is read before the pause and within the window would come twice.
      await delay(RESEND_MS);
      rsyslog.pause();
      const pad = '.'.repeat(LINE_BYTES);
      const script = `BEGIN { for (i = 1; i <= ${LINES}; i++) print "line", i, "${pad}" }`;
      await dockerd.docker('run', '--detach', '--name', `web-${name}`, image, 'awk', script);
      await eventually(
        'a kernel that takes no more, for longer than the window',
        async () => {
          const before = await sent();
          await delay(1.5 * RESEND_MS);
          expect(before).toBeGreaterThan(1);
          expect(await sent()).toBe(before);
        },
        { timeoutMs: 60_000 },
      );
      const heldBytes = heldByKernel(port);
      await rsyslog.kill();
      await rsyslog.restart();
      await eventually('the last line', () => expect(rsyslog.messages().map(numberOf)).toContain(LINES), {
        timeoutMs: 60_000,
      });

      const arrived = rsyslog.messages().filter(({ appName }) => appName === `web-${name}`);
      const numbers = arrived.map(numberOf);
      const first = numbers[0] ?? 0;
      expect(numbers).toEqual(Array.from({ length: LINES - first + 1 }, (_, index) => first + index));
      const lostLines = first - 1;
      process.stdout.write(`over ${name}: ${lostLines} lines lost, ${heldBytes} bytes were held by the kernel\n`);
      expect(lostLines).toBeGreaterThan(0);
      expect(lostLines * LINE_BYTES).toBeLessThan(heldBytes);
    },
  );
});
