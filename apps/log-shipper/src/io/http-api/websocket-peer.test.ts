import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createManualClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createWebSocketPeer } from './websocket-peer.ts';

const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0).toReversed()) close();
});

const begin = async (options: { readonly autoPong: boolean }) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  open.push(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${port}`, options);
  open.push(() => client.terminate());
  const pings: unknown[] = [];
  client.on('ping', () => pings.push(true));
  const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'open')])) as [[WebSocket], unknown];
  const clock = createManualClock();
  const pongs: unknown[] = [];
  socket.on('pong', () => pongs.push(true));
  return { peer: createWebSocketPeer(socket, 'somebody', clock), clock, client, pings, pongs };
};

describe('createWebSocketPeer', () => {
  it('lets go of a peer that does not answer a ping', async () => {
    const { peer, clock, pings } = await begin({ autoPong: false });
    await clock.advance(20_000);
    await eventually('the ping', () => expect(pings.length).toBe(1));
    expect(peer.gone.aborted).toBe(false);
    await clock.advance(20_000);
    await eventually('its end', () => expect(peer.gone.aborted).toBe(true));
    expect(clock.pending).toBe(0);
  });

  it('keeps a peer that answers, or takes what it is sent', async () => {
    const answering = await begin({ autoPong: true });
    const reading = await begin({ autoPong: false });
    for (let round = 1; round < 5; round++) {
      await answering.clock.advance(20_000);
      await reading.clock.advance(20_000);
      await eventually('the pong', () => expect(answering.pongs.length).toBe(round));
      await reading.peer.send([Buffer.from('{}\n')]);
    }
    expect(answering.peer.gone.aborted).toBe(false);
    expect(reading.peer.gone.aborted).toBe(false);
    answering.client.close();
    await eventually('its end', () => expect(answering.peer.gone.aborted).toBe(true));
    expect(answering.clock.pending).toBe(0);
  });

  it('answers pings', async () => {
    const { client } = await begin({ autoPong: true });
    client.ping('ahoy');
    const [data] = (await once(client, 'pong')) as [Buffer];
    expect(String(data)).toBe('ahoy');
  });

  it('resolves what it sends to a peer that has gone', async () => {
    const { peer } = await begin({ autoPong: true });
    const filler = Buffer.alloc(1 << 24, 'x');
    const sent = peer.send([filler, filler]);
    peer.destroy();
    await sent;
    await eventually('its end', () => expect(peer.gone.aborted).toBe(true));
    await expect(peer.send([filler])).resolves.toBeUndefined();
  });
});
