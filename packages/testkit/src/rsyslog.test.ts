import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
