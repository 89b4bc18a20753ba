import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Certificate, type Certificates, createCertificates } from './certificates.ts';
import { eventually } from './eventually.ts';
import { type Rsyslog, startRsyslog } from './rsyslog.ts';

const header = '<14>1 2026-02-03T04:05:06.123456Z east web 77 - -';

describe('startRsyslog', () => {
  let rsyslog: Rsyslog;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });

  afterAll(() => rsyslog.stop());

  const sendTcp = async (bytes: string): Promise<void> => {
    const socket = createConnection({ port: rsyslog.tcpPort, host: '127.0.0.1' });
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
  };

  const arrival = (text: string) =>
    eventually(text, () => {
      const message = rsyslog.messages().find(({ rawmsg }) => rawmsg.includes(text));
      if (message === undefined) throw new Error(`only ${JSON.stringify(rsyslog.messages())}`);
      return message;
    });

  it('shows what its parser made of a datagram', async () => {
    const socket = createSocket('udp4');
    socket.send(`${header} "ahoy"\tthere`, rsyslog.udpPort, '127.0.0.1', () => socket.close());
    expect(await arrival('ahoy')).toEqual({
      facility: 1,
      severity: 6,
      hostname: 'east',
      appName: 'web',
      procid: '77',
      msgid: '-',
      timestamp: '2026-02-03T04:05:06.123456Z',
      structuredData: '-',
      msg: '"ahoy"\tthere',
      rawmsg: `${header} "ahoy"\tthere`,
      inputname: 'imudp',
    });
  });

  it('takes both TCP framings on one port', async () => {
    await sendTcp(`${header} by line\n`);
    const counted = `${header} by count\nand on`;
    await sendTcp(`${Buffer.byteLength(counted)} ${counted}`);
    expect(await arrival('by line')).toMatchObject({ inputname: 'imtcp', msg: 'by line' });
    expect(await arrival('by count')).toMatchObject({ inputname: 'imtcp', msg: 'by count\nand on' });
  });

  it('takes a message of 60,000 bytes whole', async () => {
    await sendTcp(`${header} ${'x'.repeat(60_000)}\n`);
    expect((await arrival('xxx')).msg).toHaveLength(60_000);
  });

  it('keeps its messages and its ports over kill and restart', async () => {
    await sendTcp(`${header} before\n`);
    await arrival('before');
    await rsyslog.kill();
    await expect(sendTcp(`${header} lost\n`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await rsyslog.restart();
    await sendTcp(`${header} after\n`);
    await arrival('after');
    expect((await arrival('before')).msg).toBe('before');
  });
});

/** RELP as typed over a socket: a frame is `number command length data LF`, its answer `number rsp length data LF`. */
function speakRelp(socket: Socket) {
  let received = '';
  let number = 0;
  socket.on('data', (chunk) => {
    received += String(chunk);
  });
  socket.on('error', () => undefined);
  const send = (command: string, data: string): number => {
    number++;
    socket.write(`${number} ${command} ${Buffer.byteLength(data)} ${data}\n`);
    return number;
  };
  return {
    send,
    open: () => send('open', 'relp_version=0\nrelp_software=typed\ncommands=syslog'),
    answers: () => received,
    answer: (to: number) =>
      eventually(`the answer to ${to}`, () => {
        const start = received.indexOf(`${to} rsp `);
        if (start < 0) throw new Error(`only ${JSON.stringify(received)}`);
        return received.slice(start).split('\n', 1)[0];
      }),
  };
}

const texts = (rsyslog: Rsyslog) => rsyslog.messages().map(({ inputname, msg }) => `${inputname} ${msg}`);

describe('startRsyslog with RELP', () => {
  let rsyslog: Rsyslog;
  let sockets: Socket[];

  beforeEach(async () => {
    sockets = [];
    rsyslog = await startRsyslog({ relp: 'delayable' });
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await rsyslog.stop();
  });

  const openSession = async () => {
    const socket = createConnection({ port: rsyslog.relpPort, host: '127.0.0.1' });
    sockets.push(socket);
    const session = speakRelp(socket);
    expect(await session.answer(session.open())).toMatch(/^1 rsp \d+ 200 OK$/);
    return session;
  };

  it('acknowledges what it has written', async () => {
    const session = await openSession();
    const number = session.send('syslog', `${header} by relp\nand on`);
    expect(await session.answer(number)).toBe('2 rsp 6 200 OK');
    expect(texts(rsyslog)).toEqual(['imrelp by relp\nand on']);
    expect(rsyslog.messages()[0]).toMatchObject({ appName: 'web', rawmsg: `${header} by relp\nand on` });
  });

  it('holds acknowledgements of what it has written until told otherwise', async () => {
    const session = await openSession();
    rsyslog.acknowledgeAfter('never');
    const numbers = ['a', 'b', 'c'].map((text) => session.send('syslog', `${header} ${text}`));
    await eventually('the first message', () => expect(texts(rsyslog)).toEqual(['imrelp a']));
    expect(session.answers()).not.toContain('2 rsp');
    rsyslog.acknowledgeAfter(0);
    for (const number of numbers) expect(await session.answer(number)).toBe(`${number} rsp 6 200 OK`);
    expect(texts(rsyslog)).toEqual(['imrelp a', 'imrelp b', 'imrelp c']);
  });

  it('acknowledges late', async () => {
    const session = await openSession();
    rsyslog.acknowledgeAfter(300);
    const sentAtMs = performance.now();
    await session.answer(session.send('syslog', `${header} late`));
    expect(performance.now() - sentAtMs).toBeGreaterThanOrEqual(300);
  });

  it('ends in good order while it holds an acknowledgement, which then never comes', async () => {
    const session = await openSession();
    rsyslog.acknowledgeAfter('never');
    session.send('syslog', `${header} kept`);
    await eventually('the message', () => expect(texts(rsyslog)).toEqual(['imrelp kept']));
    await rsyslog.halt();
    expect(session.answers()).not.toContain('2 rsp');
    rsyslog.acknowledgeAfter(0);
    await rsyslog.restart();
    const second = await openSession();
    await second.answer(second.send('syslog', `${header} again`));
    expect(texts(rsyslog)).toEqual(['imrelp kept', 'imrelp again']);
  });

  it('has written what it acknowledged when it is killed', async () => {
    const session = await openSession();
    const numbers = Array.from({ length: 200 }, (_, index) => session.send('syslog', `${header} ${index}`));
    await session.answer(numbers[99] ?? 0);
    await rsyslog.kill();
    const acknowledged = numbers.filter((number) => session.answers().includes(`\n${number} rsp 6 200 OK`)).length;
    expect(acknowledged).toBeGreaterThanOrEqual(100);
    expect(texts(rsyslog).slice(0, acknowledged)).toEqual(
      numbers.slice(0, acknowledged).map((_, index) => `imrelp ${index}`),
    );
  });

  it('goes silent with its connections open while paused', async () => {
    const state = () => readFileSync(`/proc/${rsyslog.pid}/stat`, 'utf8').split(') ')[1]?.[0];
    const session = await openSession();
    rsyslog.pause();
    await eventually('the pause', () => expect(state()).toBe('T'));
    const number = session.send('syslog', `${header} paused`);
    const later = createConnection({ port: rsyslog.relpPort, host: '127.0.0.1' });
    sockets.push(later);
    await once(later, 'connect');
    expect(texts(rsyslog)).toEqual([]);
    rsyslog.resume();
    expect(await session.answer(number)).toBe('2 rsp 6 200 OK');
    expect(texts(rsyslog)).toEqual(['imrelp paused']);
  });

  it('cannot hold acknowledgements that it was not asked to', async () => {
    const other = await startRsyslog({ relp: true });
    try {
      expect(() => other.acknowledgeAfter(1)).toThrow("relp: 'delayable'");
    } finally {
      await other.stop();
    }
  });
});

describe('startRsyslog with TLS', () => {
  let certificates: Certificates;

  beforeAll(async () => {
    certificates = await createCertificates();
  });

  afterAll(() => certificates.remove());

  /** Sends one message the way of the port; resolves when it is kept, rejects when the server has turned us away. */
  const sendTls = async (rsyslog: Rsyslog, way: 'tls' | 'relp', text: string, own?: Certificate): Promise<void> => {
    const identity = own === undefined ? {} : { cert: own.cert, key: own.key };
    const port = way === 'tls' ? rsyslog.tlsPort : rsyslog.relpTlsPort;
    const socket = connectTls({ port, host: '127.0.0.1', ca: certificates.server.ca, ...identity });
    try {
      await once(socket, 'secureConnect');
      let isClosed = false;
      socket.on('close', () => {
        isClosed = true;
      });
      const session = speakRelp(socket);
      if (way === 'tls') socket.write(`${header} ${text}\n`);
      else {
        session.open();
        session.send('syslog', `${header} ${text}`);
      }
      const isKept = await eventually('the message or the end', () => {
        if (rsyslog.messages().some(({ msg }) => msg === text)) return true;
        if (!isClosed) throw new Error(rsyslog.output());
        return false;
      });
      if (!isKept) throw new Error('turned away');
    } finally {
      socket.destroy();
    }
  };

  const outcome = (sending: Promise<void>): Promise<string> =>
    sending.then(
      () => 'kept',
      () => 'turned away',
    );

  it.each([
    { clients: 'all', client: 'kept', nobody: 'kept', expired: 'kept', stranger: 'kept' },
    { clients: 'certified', client: 'kept', nobody: 'turned away', expired: 'turned away', stranger: 'turned away' },
    {
      clients: { names: ['client.example'] },
      client: 'kept',
      nobody: 'turned away',
      expired: 'turned away',
      stranger: 'turned away',
    },
    {
      clients: { names: ['other.example'] },
      client: 'turned away',
      nobody: 'turned away',
      expired: 'turned away',
      stranger: 'turned away',
    },
  ] as const)('lets $clients in', async ({ clients, ...expected }) => {
    const rsyslog = await startRsyslog({ relp: true, tls: { certificate: certificates.server, clients } });
    try {
      for (const way of ['tls', 'relp'] as const) {
        const outcomes = {
          client: await outcome(sendTls(rsyslog, way, `${way} client`, certificates.client)),
          nobody: await outcome(sendTls(rsyslog, way, `${way} nobody`)),
          expired: await outcome(sendTls(rsyslog, way, `${way} expired`, certificates.expired)),
          stranger: await outcome(sendTls(rsyslog, way, `${way} stranger`, certificates.stranger)),
        };
        expect({ way, ...outcomes }).toEqual({ way, ...expected });
      }
    } finally {
      await rsyslog.stop();
    }
  });

  it('takes both framings over TLS, and names the input', async () => {
    const rsyslog = await startRsyslog({ tls: { certificate: certificates.server } });
    try {
      const socket = connectTls({ port: rsyslog.tlsPort, host: '127.0.0.1', ca: certificates.server.ca });
      const counted = `${header} by count\nand on`;
      socket.end(`${Buffer.byteLength(counted)} ${counted}${header} by line\n`);
      socket.resume();
      await eventually('both', () => expect(texts(rsyslog)).toEqual(['imtcp by count\nand on', 'imtcp by line']));
      expect([rsyslog.relpPort, rsyslog.relpTlsPort]).toEqual([0, 0]);
    } finally {
      await rsyslog.stop();
    }
  });

  it('can show a certificate that is no good', async () => {
    // OpenSSL shows the authority too, GnuTLS does not: two ways to say that it is not known.
    const unknown = /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/;
    for (const [certificate, code] of [
      [certificates.expired, /^CERT_HAS_EXPIRED$/],
      [certificates.stranger, unknown],
    ] as const) {
      const rsyslog = await startRsyslog({ relp: true, tls: { certificate } });
      try {
        for (const way of ['tls', 'relp'] as const) {
          const failure = { code: expect.stringMatching(code) as string };
          await expect(sendTls(rsyslog, way, 'unsent')).rejects.toMatchObject(failure);
        }
      } finally {
        await rsyslog.stop();
      }
    }
  });
});

describe('startRsyslog where its optional modules are not installed', () => {
  const realFolder = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('/usr/lib', name, 'rsyslog'))
    .find((folder) => existsSync(join(folder, 'imtcp.so')));
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-modules-'));
    for (const name of readdirSync(realFolder ?? ''))
      if (!/relp|gtls/.test(name)) symlinkSync(join(realFolder ?? '', name), join(folder, name));
    vi.stubEnv('RSYSLOG_MODDIR', `${folder}/`);
  });

  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('serves UDP and TCP', async () => {
    const rsyslog = await startRsyslog();
    await rsyslog.stop();
    expect(rsyslog.output()).toBe('');
  });

  it('names the packages of RELP and TLS', async () => {
    const remedy = /apt-get install rsyslog-relp rsyslog-gnutls/;
    await expect(startRsyslog({ relp: true })).rejects.toThrow(remedy);
    const certificates = await createCertificates();
    try {
      await expect(startRsyslog({ tls: { certificate: certificates.server } })).rejects.toThrow(remedy);
    } finally {
      certificates.remove();
    }
  });
});
