import { PassThrough } from 'node:stream';
import { createManualClock, createMetrics, Registry, silentLogger } from '@wharf/agent';
import { expect, it } from 'vitest';
import { logShipperDefaults } from '../config.ts';
import { metrics } from '../metrics.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { parseRoutes } from '../routes/parse-routes.ts';
import { routeSettings } from '../routes/route-settings.ts';
import { lineTemplate } from '../templates/line-template.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { nextTurn } from './next-turn.ts';
import { routeEnd } from './route-end.ts';
import { createRouteMeter } from './route-meter.ts';

const config = {
  ...logShipperDefaults,
  routes: [],
  encoding: { ...logShipperDefaults.encoding, syslogTag: lineTemplate('{{slice .Data 9}}'), syslogSequence: true },
};

/** The end of a route of which every tag fails, and what it told. */
function createEnd(uri = 'syslog+tcp://logs.example.org') {
  const [route] = parsedRoutes(uri);
  if (route === undefined) throw new Error('no route');
  const warned: unknown[] = [];
  let failures = 0;
  const end = routeEnd(route, routeSettings(config, route), config, {
    clock: createManualClock(36 ** 7),
    random: () => 0,
    log: { ...silentLogger, warn: (fields: unknown) => warned.push(fields) },
    meter: { cut: () => undefined, templateFailed: () => (failures += 1) },
    host: 'host-1',
    output: new PassThrough(),
    syslogHostname: '',
  });
  return { end, warned, failures: () => failures };
}

function parsedRoutes(uri: string) {
  const parsed = parseRoutes([uri], '<route URI>', {});
  return parsed.ok ? parsed.value : [];
}

it('warns of a template that fails once for each container, and counts each time', () => {
  const { end, warned, failures } = createEnd();
  const web = sampleContainer({ name: 'web' });
  const api = sampleContainer({ name: 'api', id: 'f'.repeat(64) });
  for (const container of [web, web, api]) encodeLines(end.createEncoder(container), { bytes: 'x' }, { bytes: 'y' });
  expect(warned).toMatchObject([{ container: 'web' }, { container: 'api' }]);
  expect(warned).toMatchObject([{ template: '{{slice .Data 9}}', reason: expect.stringMatching(/^1:3: /) }, {}]);
  expect(failures()).toBe(6);
});

it('numbers the messages of a route through all its containers, each route in a run of its own', () => {
  const { end } = createEnd();
  const web = sampleContainer({ name: 'web' });
  const messages = [web, { ...web, name: 'api' }, web].flatMap((container) =>
    encodeLines(end.createEncoder(container), { bytes: 'x' }),
  );
  expect(messages.map((message) => / - (\[.*\]) x/.exec(String(message))?.[1])).toEqual(
    [1, 2, 3].map((number) => `[meta sequenceId="${number}"][shipper@32473 run="100000000000"]`),
  );
});

it('names the route of which a file cannot be read', () => {
  const uri = 'syslog+tls://logs.example.org?tls.ca=/nope';
  const context = {
    queue: createMessageQueue({ messages: 1, bytes: 1 }, nextTurn),
    clock: createManualClock(0),
    random: () => 0,
    log: silentLogger,
    meter: createRouteMeter(createMetrics(metrics, new Registry()), uri),
    lookup: async () => [],
  };
  expect(() => createEnd(uri).end.createTransport(context)).toThrow(`the route ${uri}: tls.ca: /nope cannot be read`);
});
