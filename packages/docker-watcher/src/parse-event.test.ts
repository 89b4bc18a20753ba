import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvent } from './parse-event.ts';

const ID = 'ab'.repeat(32);
const NETWORK = 'cd'.repeat(32);
const NANO = 1_795_328_510_846_129_675n;

/** JSON as an engine writes it: nanoseconds as a number. */
const line = (members: string): string => `{${members},"time":1795328510,"timeNano":${NANO}}`;

describe('parseEvent', () => {
  it.each([
    {
      what: 'Docker since API 1.22',
      text: line(
        `"status":"start","id":"${ID}","from":"nginx:1","Type":"container","Action":"start","Actor":{"ID":"${ID}","Attributes":{"image":"nginx:1","name":"web"}},"scope":"local"`,
      ),
      expected: { action: 'start', id: ID, timeNano: NANO, attributes: { image: 'nginx:1', name: 'web' } },
    },
    {
      what: 'Docker since API 1.52',
      text: line(
        `"Type":"container","Action":"die","Actor":{"ID":"${ID}","Attributes":{"exitCode":"137","name":"web"}},"scope":"local"`,
      ),
      expected: { action: 'die', id: ID, timeNano: NANO, attributes: { exitCode: '137', name: 'web' } },
    },
    {
      what: 'Docker before API 1.22',
      text: line(`"status":"stop","id":"${ID}","from":"nginx:1"`),
      expected: { action: 'stop', id: ID, timeNano: NANO, attributes: { image: 'nginx:1' } },
    },
    {
      what: 'an engine that writes seconds alone',
      text: `{"status":"stop","id":"${ID}","time":1795328510}`,
      expected: { action: 'stop', id: ID, timeNano: 1_795_328_510_000_000_000n, attributes: {} },
    },
    {
      what: 'Podman, a container that ended',
      text: line(`"Type":"container","Action":"died","Actor":{"ID":"${ID}","Attributes":{"containerExitCode":"0"}}`),
      expected: { action: 'die', id: ID, timeNano: NANO, attributes: { containerExitCode: '0' } },
    },
    {
      what: 'Podman, a container removed',
      text: line(`"status":"remove","id":"${ID}","Type":"container","Action":"remove","Actor":{"ID":"${ID}"}`),
      expected: { action: 'destroy', id: ID, timeNano: NANO, attributes: {} },
    },
    {
      what: 'a health check',
      text: line(`"Type":"container","Action":"health_status: unhealthy","Actor":{"ID":"${ID}"}`),
      expected: { action: 'health_status', id: ID, timeNano: NANO, attributes: { health_status: 'unhealthy' } },
    },
    {
      what: 'a health check of Podman',
      text: line(`"Type":"container","Action":"health_status","HealthStatus":"healthy","Actor":{"ID":"${ID}"}`),
      expected: { action: 'health_status', id: ID, timeNano: NANO, attributes: { health_status: 'healthy' } },
    },
    {
      what: 'a label named __proto__',
      text: line(`"Type":"container","Action":"pause","Actor":{"ID":"${ID}","Attributes":{"__proto__":"x","n":1}}`),
      expected: {
        action: 'pause',
        id: ID,
        timeNano: NANO,
        attributes: Object.fromEntries([['__proto__', 'x']]),
      },
    },
    {
      what: 'Docker, a container connected to a network',
      text: line(
        `"Type":"network","Action":"connect","Actor":{"ID":"${NETWORK}","Attributes":{"container":"${ID}","name":"back","type":"bridge"}},"scope":"local"`,
      ),
      expected: { action: 'network_connect', id: ID, timeNano: NANO, attributes: { network: 'back' } },
    },
    {
      what: 'Podman, a container disconnected from a network',
      text: line(
        `"status":"disconnect","id":"${ID}","Type":"network","Action":"disconnect","Actor":{"ID":"${ID}","Attributes":{"containerExitCode":"0","image":"","name":"web","podId":""}},"scope":"local"`,
      ),
      expected: { action: 'network_disconnect', id: ID, timeNano: NANO, attributes: {} },
    },
  ])('reads $what', ({ text, expected }) => {
    expect(parseEvent(text)).toEqual(expected);
  });

  it.each([
    ['a command in a container', line(`"Type":"container","Action":"exec_start: sh -c x","Actor":{"ID":"${ID}"}`)],
    ['a command that ended', line(`"Type":"container","Action":"exec_die","Actor":{"ID":"${ID}"}`)],
    ['top', line(`"Type":"container","Action":"top","Actor":{"ID":"${ID}"}`)],
    [
      'a network that was made',
      line(`"Type":"network","Action":"create","Actor":{"ID":"${NETWORK}","Attributes":{"name":"back"}}`),
    ],
    [
      "the end point of a swarm's load balancer",
      line(`"Type":"network","Action":"connect","Actor":{"ID":"${NETWORK}","Attributes":{"container":"lb-back"}}`),
    ],
    ['an event of an image', line(`"status":"pull","id":"nginx:1","Type":"image","Action":"pull"`)],
    ['an ID that is none', line('"Type":"container","Action":"die","Actor":{"ID":"../../info"}')],
    ['an event without an action', line(`"Type":"container","Actor":{"ID":"${ID}"}`)],
    ['half a line', '{"Type":"container","Act'],
    ['an array', '[]'],
    ['nothing', ''],
  ])('leaves out %s', (_what, text) => {
    expect(parseEvent(text)).toBeUndefined();
  });

  it.each(['1e300', '-1', '1.5', '123456789012345678901'])('does without the time %s', (time) => {
    const text = `{"status":"stop","id":"${ID}","timeNano":${time}}`;
    expect(parseEvent(text)).toEqual({ action: 'stop', id: ID, timeNano: 0n, attributes: {} });
  });

  it('never throws', () => {
    const anything = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(anything, (text) => {
        expect(() => parseEvent(text)).not.toThrow();
      }),
    );
  });
});
