import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { eventually, freePort, type Rsyslog, startRsyslog, startSyslogReceiver } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSyslogConnection, type SyslogConnection, type SyslogLine } from './syslog-connection.ts';

const timeMs = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
const line = (text: string, changes: Partial<SyslogLine> = {}): SyslogLine => ({
  agent: 'registrar',
  level: 'info',
  text,
  timeMs,
  ...changes,
});

const open: SyslogConnection[] = [];
const connect = (transport: 'udp' | 'tcp', port: number, address = '127.0.0.1', hostname = 'east') => {
  const connection = createSyslogConnection({ transport, host: address, port }, address, hostname);
  open.push(connection);
  return connection;
};

/** The sockets that this process holds, also those that do not keep it alive. */
const heldSockets = (): readonly string[] =>
  readdirSync('/proc/self/fd')
    .map((descriptor) => readLink(`/proc/self/fd/${descriptor}`))
    .filter((link) => link.startsWith('socket:'));

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // The descriptor of the folder itself is closed by now.
    return '';
  }
}

describe('createSyslogConnection', () => {
  let rsyslog: Rsyslog;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });
  afterAll(() => rsyslog.stop());
  afterEach(() => {
    for (const connection of open.splice(0)) connection.close('the test is over');
  });

  const portOf = (transport: 'udp' | 'tcp') => (transport === 'udp' ? rsyslog.udpPort : rsyslog.tcpPort);
  const arrived = (text: string) =>
    eventually(text, () => {
      const message = rsyslog.messages().find(({ msg }) => msg.includes(text));
      if (message === undefined) throw new Error('it has not arrived');
      return message;
    });

  it.each(['udp', 'tcp'] as const)('sends over %s what rsyslog understands', async (transport) => {
    const connection = connect(transport, portOf(transport));
    expect(await connection.send(line(`${transport}: grüße {"n":1}`))).toBeUndefined();
    const { rawmsg: _rawmsg, inputname, msg, ...message } = await arrived(`${transport}: grüße {"n":1}`);
    expect({ ...message, msg: msg.trim() }).toEqual({
      facility: 3,
      severity: 6,
      hostname: 'east',
      appName: 'wharf-registrar',
      procid: String(process.pid),
      msgid: '-',
      timestamp: '2026-02-03T04:05:06.789Z',
      structuredData: '-',
      msg: `${transport}: grüße {"n":1}`,
    });
    expect(inputname).toBe(`im${transport}`);
  });

  it.each([
    ['error', 3],
    ['warn', 4],
    ['info', 6],
    ['debug', 7],
  ])('makes %s severity %d', async (level, severity) => {
    await connect('tcp', rsyslog.tcpPort).send(line(`at ${level}`, { level }));
    expect(await arrived(`at ${level}`)).toMatchObject({ severity });
  });

  it.each(['udp', 'tcp'] as const)('cuts a long text over %s, and leaves its characters whole', async (transport) => {
    await connect(transport, portOf(transport)).send(line(`${transport}${'ü'.repeat(60_000)}`));
    const { rawmsg } = await arrived(`${transport}ü`);
    expect(Buffer.byteLength(rawmsg)).toBeLessThan(8_192);
    expect(rawmsg).toMatch(/[^\uFFFD]ü\n?$/);
  });

  it('leaves no header field that a server could take for two', async () => {
    await connect('udp', rsyslog.udpPort, '127.0.0.1', 'e a\nst').send(line('odd names', { agent: 'a b'.repeat(30) }));
    const { hostname, appName } = await arrived('odd names');
    expect({ hostname, length: appName.length }).toEqual({ hostname: 'e_a_st', length: 48 });
  });

  it('says why a connection is refused, and is lost then', async () => {
    const connection = connect('tcp', await freePort());
    expect(await connection.send(line('x'))).toContain('ECONNREFUSED');
    expect(connection.isLost).toBe(true);
    expect(await connection.send(line('y'))).toContain('ECONNREFUSED');
  });

  it('notices without a line that the server has closed, though the server talks', async () => {
    const server = createServer((socket) => {
      socket.write('welcome\n');
      socket.once('data', () => socket.end('goodbye\n'));
    });
    const port = await freePort();
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const connection = connect('tcp', port);
    expect(await connection.send(line('x'))).toBeUndefined();
    await eventually('the loss', () => expect(connection.isLost).toBe(true));
    await once(server.close(), 'close');
  });

  it('feels a server that does not read, and frees the socket in the middle of a line', async () => {
    const receiver = await startSyslogReceiver();
    receiver.pause();
    const connection = connect('tcp', receiver.port);
    let sent = 0;
    let pending: Promise<string | undefined> = Promise.resolve(undefined);
    const flood = async (): Promise<string | undefined> => {
      for (;;) {
        pending = connection.send(line('x'.repeat(7_000)));
        const reason = await pending;
        if (reason !== undefined) return reason;
        sent++;
      }
    };
    const end = flood();
    let before = -1;
    await eventually('back-pressure', () => {
      const same = sent > 0 && sent === before;
      before = sent;
      if (!same) throw new Error(`${sent} lines were taken`);
    });
    connection.close('no answer');
    expect(await end).toBe('no answer');
    receiver.resume();
    await eventually('the socket gone', () => expect(receiver.connections).toBe(0));
    await receiver.close();
  });

  it.each(['udp', 'tcp'] as const)('frees its socket over %s, also while it is being opened', async (transport) => {
    const before = heldSockets();
    const sent = connect(transport, portOf(transport));
    await sent.send(line('x'));
    const opening = connect(transport, portOf(transport));
    const sending = opening.send(line('x'));
    // Node connects to an address in the next tick; the answer comes no sooner than with the next turn of the loop.
    await new Promise((resolve) => process.nextTick(resolve));
    expect(heldSockets()).toHaveLength(before.length + 2);
    for (const connection of [sent, opening, opening]) connection.close('done');
    expect(['done', undefined]).toContain(await sending);
    await eventually('the sockets gone', () => expect(heldSockets()).toEqual(before));
  });
});
