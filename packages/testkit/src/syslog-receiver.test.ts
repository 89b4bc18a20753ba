import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { createSyslogSplitter, type SyslogReceiver, startSyslogReceiver } from './syslog-receiver.ts';

describe('startSyslogReceiver', () => {
  let receiver: SyslogReceiver;

  beforeEach(async () => {
    receiver = await startSyslogReceiver();
  });

  afterEach(() => receiver.close());

  const texts = () => receiver.messages.map(({ transport, framing, text }) => `${transport} ${framing} ${text}`);

  it('collects datagrams, lines and counted messages', async () => {
    const datagram = createSocket('udp4');
    datagram.send('<14>a\n', receiver.port, '127.0.0.1', () => datagram.close());
    await eventually('the datagram', () => expect(texts()).toEqual(['udp datagram <14>a\n']));
    const socket = createConnection({ port: receiver.port, host: '127.0.0.1' });
    socket.end('<14>b\n6 <14>c\n<14>d\n');
    await eventually('the stream', () =>
      expect(texts().slice(1)).toEqual(['tcp line <14>b', 'tcp octet-counted <14>c\n', 'tcp line <14>d']),
    );
  });

  it('resets its connections on request', async () => {
    const socket = createConnection({ port: receiver.port, host: '127.0.0.1' });
    await eventually('the connection', () => expect(receiver.connections).toBe(1));
    const closed = once(socket, 'close').catch(() => undefined);
    receiver.dropConnections();
    await closed;
    expect(receiver.accepted).toBe(1);
  });
});

describe('createSyslogSplitter', () => {
  it('gives the same messages however the stream is cut', () => {
    const message = fc.record({ counted: fc.boolean(), text: fc.stringMatching(/^<[ -~]{0,20}$/) });
    fc.assert(
      fc.property(fc.array(message), fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (sent, sizes) => {
        const bytes = Buffer.from(
          sent.map(({ counted, text }) => (counted ? `${text.length} ${text}` : `${text}\n`)).join(''),
        );
        const got: { counted: boolean; text: string }[] = [];
        const split = createSyslogSplitter((framing, received) =>
          got.push({ counted: framing === 'octet-counted', text: String(received) }),
        );
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          split(bytes.subarray(at, at + size));
          at += size;
        }
        expect(got).toEqual(sent);
      }),
    );
  });

  it.each([
    ['no length', '1x2 abc'],
    ['a length beyond the limit', '99999999 a'],
    ['endless digits', '11111111111'],
  ])('gives up on %s', (_name, bytes) => {
    expect(createSyslogSplitter(() => undefined)(Buffer.from(bytes))).toBe(false);
  });
});
