import { describe, expect, it } from 'vitest';
import { createLogForwarder, MAX_WAITING_LINES, PATIENCE_MS } from './log-forwarder.ts';
import type { LogRecord } from './log-record.ts';
import { type Logger, silentLogger } from './logger.ts';
import { createManualClock } from './manual-clock.ts';
import type { SyslogConnection } from './syslog-connection.ts';

type Behaviour = 'take' | 'refuse' | 'stall';

/** A forwarder to a server that does what the test says, with a clock that the test moves. */
function setUp(transport: 'udp' | 'tcp' = 'tcp') {
  const clock = createManualClock(1_000_000);
  const server = { behaviour: 'take' as Behaviour, addresses: ['192.0.2.1', '192.0.2.2'], texts: [] as string[] };
  const connections: { readonly address: string; closed: boolean; lost: boolean }[] = [];
  const said: { readonly level: string; readonly fields: unknown }[] = [];
  let drops = 0;
  let lookups = 0;
  const log: Logger = {
    ...silentLogger,
    warn: (fields) => void said.push({ level: 'warn', fields }),
    info: (fields) => void said.push({ level: 'info', fields }),
  };
  const connect = (address: string): SyslogConnection => {
    const state = { address, closed: false, lost: false };
    connections.push(state);
    let settle = (_reason: string | undefined): void => undefined;
    return {
      send(line) {
        if (server.behaviour === 'stall') return new Promise((resolve) => (settle = resolve));
        if (server.behaviour === 'refuse') return Promise.resolve('connection refused');
        server.texts.push(line.text);
        return Promise.resolve(undefined);
      },
      get isLost() {
        return state.lost;
      },
      close(reason) {
        state.closed = true;
        settle(reason);
      },
    };
  };
  const forwarder = createLogForwarder(
    { transport, host: 'logs.example.org', port: 514 },
    {
      clock,
      random: () => 0.5,
      log,
      onDrop: () => drops++,
      resolve: async (_host, signal) => {
        lookups++;
        if (server.addresses.length > 0)
          return server.addresses.map((address) => ({ address, family: 4, ttlSeconds: 60 }));
        if (server.behaviour === 'stall') await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new Error('the name does not resolve');
      },
      connect,
    },
  );
  const send = (...texts: readonly string[]): void => {
    for (const text of texts) forwarder.send(record(text));
  };
  return { clock, server, connections, said, forwarder, send, drops: () => drops, lookups: () => lookups };
}

const record = (text: string): LogRecord => ({ agent: 'sample', level: 'info', text });
const to = 'syslog+tcp://logs.example.org:514';

describe('createLogForwarder', () => {
  it('sends lines in order by one connection', async () => {
    const { clock, server, connections, said, send } = setUp();
    send('a', 'b');
    await clock.advance(0);
    send('c');
    await clock.advance(3_600_000);
    send('d');
    await clock.advance(0);
    expect(server.texts).toEqual(['a', 'b', 'c', 'd']);
    expect(connections).toEqual([{ address: '192.0.2.1', closed: false, lost: false }]);
    expect(said).toEqual([]);
  });

  it('opens another connection for the line after one was lost', async () => {
    const { clock, server, connections, said, send } = setUp();
    send('a');
    await clock.advance(0);
    for (const connection of connections) connection.lost = true;
    send('b');
    await clock.advance(0);
    expect(server.texts).toEqual(['a', 'b']);
    expect(connections).toHaveLength(2);
    expect(said).toEqual([]);
  });

  it('says once that sending fails, tries all addresses with growing delays, and says once that it works', async () => {
    const { clock, server, connections, said, send } = setUp();
    server.behaviour = 'refuse';
    send('a', 'b');
    await clock.advance(60_000);
    expect(connections.slice(0, 3).map(({ address }) => address)).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.1']);
    expect(connections.length).toBeGreaterThan(8);
    expect(connections.length).toBeLessThan(16);
    expect(connections.every(({ closed }) => closed)).toBe(true);
    expect(said).toEqual([{ level: 'warn', fields: { to, reason: 'connection refused' } }]);
    server.behaviour = 'take';
    await clock.advance(10_000);
    expect(server.texts).toEqual(['a', 'b']);
    expect(said.slice(1)).toEqual([{ level: 'info', fields: { to, dropped: 0 } }]);
  });

  it('does not connect more often to a server that takes a line and cuts the connection each time', async () => {
    const { clock, server, connections, send } = setUp();
    send('a');
    await clock.advance(0);
    server.behaviour = 'refuse';
    for (let second = 0; second < 60; second++) {
      send('b');
      await clock.advance(1_000);
    }
    expect(connections.length).toBeLessThan(18);
  });

  it('keeps 1,000 lines, and drops and counts what comes on top', async () => {
    const { clock, server, said, send, drops } = setUp();
    server.behaviour = 'refuse';
    const texts = Array.from({ length: MAX_WAITING_LINES + 5 }, (_, index) => String(index));
    send(...texts);
    expect(drops()).toBe(5);
    server.behaviour = 'take';
    await clock.advance(10_000);
    expect(server.texts).toEqual(texts.slice(0, MAX_WAITING_LINES));
    expect(said.map(({ fields }) => fields)).toEqual([
      { to, reason: 'more than 1000 lines wait' },
      { to, dropped: 5 },
    ]);
  });

  it('gives a server that does not answer up, and sends the line again', async () => {
    const { clock, server, connections, said, send } = setUp();
    server.behaviour = 'stall';
    send('a');
    await clock.advance(PATIENCE_MS);
    expect(connections[0]?.closed).toBe(true);
    expect(said).toEqual([{ level: 'warn', fields: { to, reason: 'no answer' } }]);
    server.behaviour = 'take';
    await clock.advance(1_000);
    expect(server.texts).toEqual(['a']);
  });

  it('goes on with the addresses that it knows when the name does not resolve any more', async () => {
    const { clock, server, connections, send } = setUp('udp');
    send('a');
    await clock.advance(60_000);
    server.addresses = [];
    send('b');
    await clock.advance(0);
    expect(server.texts).toEqual(['a', 'b']);
    expect(connections).toEqual([
      { address: '192.0.2.1', closed: true, lost: false },
      { address: '192.0.2.1', closed: false, lost: false },
    ]);
  });

  it('says that a name does not resolve, and sends once it does', async () => {
    const { clock, server, said, send, lookups } = setUp();
    server.addresses = [];
    send('a');
    await clock.advance(60_000);
    expect(lookups()).toBeLessThan(18);
    expect(said).toEqual([{ level: 'warn', fields: { to, reason: 'the name does not resolve' } }]);
    server.addresses = ['192.0.2.7'];
    await clock.advance(10_000);
    expect(server.texts).toEqual(['a']);
  });

  describe('close', () => {
    it('sends what waits, and leaves nothing behind', async () => {
      const { clock, server, connections, forwarder, send, drops } = setUp();
      send('a', 'b');
      await forwarder.close(1_000);
      send('late');
      expect(server.texts).toEqual(['a', 'b']);
      expect(connections.map(({ closed }) => closed)).toEqual([true]);
      expect({ timers: clock.pending, drops: drops() }).toEqual({ timers: 0, drops: 1 });
    });

    it('tries once more at once, and says how many lines are lost', async () => {
      const { clock, server, connections, said, forwarder, send, drops } = setUp();
      server.behaviour = 'refuse';
      send('a', 'b');
      await clock.advance(30_000);
      const before = connections.length;
      await forwarder.close(1_000);
      expect(connections.length - before).toBe(1);
      expect(drops()).toBe(2);
      expect(said.at(-1)).toEqual({ level: 'warn', fields: { to, dropped: 2 } });
      expect(clock.pending).toBe(0);
    });

    it.each([
      { title: 'server', addresses: ['192.0.2.1'] },
      { title: 'name server', addresses: [] },
    ])('waits no longer than it may for a $title that does not answer', async ({ addresses }) => {
      const { clock, server, forwarder, send, drops } = setUp();
      server.behaviour = 'stall';
      server.addresses = addresses;
      send('a');
      await clock.advance(0);
      let closed = false;
      const done = forwarder.close(1_000).then(() => {
        closed = true;
      });
      await clock.advance(999);
      expect(closed).toBe(false);
      await clock.advance(1);
      await done;
      expect(drops()).toBe(1);
      expect(clock.pending).toBe(0);
    });
  });
});
