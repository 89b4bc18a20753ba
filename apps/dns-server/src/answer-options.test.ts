import { systemClock, VERSION } from '@wharf/agent';
import { createMemoryKeyStore, type MemoryKeyStore, NO_LEASE } from '@wharf/etcd-client';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-server.ts';

let store: MemoryKeyStore;
let server: TestServer;

const put = (key: string, value: string) =>
  store.transact({ guards: [], operations: [{ type: 'put', key, value, lease: NO_LEASE }] });

beforeEach(async () => {
  store = createMemoryKeyStore({ clock: systemClock });
  server = await startTestServer(store);
  await put('/skydns/local/skydns/web', '{"host":"10.0.0.1"}');
  await put('/skydns/local/skydns/web/a', '{"host":"10.0.0.2"}');
  await server.reached((await put('/skydns/local/skydns/apps/*', '{"host":"10.0.0.3"}')).revision);
});

afterEach(async () => {
  await server.agent.stop();
  await store.close();
});

const ask = async (name: string, type: string, more?: Parameters<TestServer['ask']>[2]) => {
  const { rcode, texts } = await server.ask(name, type, more);
  return [rcode, ...texts.map((text) => text.split(' ').at(-1))];
};

/** What each option changes, asked over the socket. */
const answers = async () => ({
  matching: await ask('web.skydns.local', 'A'),
  wildcards: await ask('x.apps.skydns.local', 'A'),
  autoPtr: await ask('2.0.0.10.in-addr.arpa', 'PTR'),
  chaos: (await ask('id.server', 'TXT', { class: 'CH' }))[0],
});

describe('options about answers', () => {
  it('count at once when the configuration in the store changes, and back', async () => {
    const byDefault = {
      matching: ['NOERROR', '10.0.0.1', '10.0.0.2'],
      wildcards: ['NXDOMAIN'],
      autoPtr: ['REFUSED'],
      chaos: 'NOERROR',
    };
    expect(await answers()).toEqual(byDefault);
    await put('/skydns/config', '{"matching":"exact","wildcards":true,"auto_ptr":true,"chaos":false}');
    await eventually('the options are in force', async () =>
      expect(await answers()).toEqual({
        matching: ['NOERROR', '10.0.0.1'],
        wildcards: ['NOERROR', '10.0.0.3'],
        autoPtr: ['NOERROR', 'a.web.skydns.local.'],
        chaos: 'REFUSED',
      }),
    );
    await put('/skydns/config', '{}');
    await eventually('the defaults are in force', async () => expect(await answers()).toEqual(byDefault));
  });

  it.each(['udp', 'tcp'] as const)('tell over %s which server it is, in class CH alone', async (transport) => {
    const { packet, texts } = await server.ask('Version.bind', 'TXT', { class: 'CH', transport });
    expect(packet.flag_aa).toBe(true);
    expect(texts).toEqual([`Version.bind. 0 CH TXT "wharf dns-server ${VERSION}"`]);
    expect((await server.ask('id.server', 'TXT', { class: 'CH', transport })).texts).toEqual([
      'id.server. 0 CH TXT "host"',
    ]);
    expect((await server.ask('version.bind', 'TXT', { transport })).rcode).toBe('REFUSED');
    expect((await server.ask('web.skydns.local', 'A', { class: 'CH', transport })).rcode).toBe('REFUSED');
  });
});
