import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually, type Rsyslog, startRsyslog } from '@wharf/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { containerMetadata } from '../containers/container-metadata.ts';
import { encodingOptions, routeEncoding } from '../encoding-options.ts';
import { optionDefaults } from '../routes/option-defaults.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import type { Framing } from './frame-message.ts';
import { createSequence } from './sequence.ts';
import { createSyslogEncoder } from './syslog-encoder.ts';

let rsyslog: Rsyslog;
beforeAll(async () => {
  rsyslog = await startRsyslog();
});
afterAll(() => rsyslog?.stop());

function encode(name: string, framing: Framing, route: Readonly<Record<string, string>>): readonly Buffer[] {
  const container = sampleContainer({
    name,
    hostname: 'east',
    labels: new Map([['team', 'say "hi" \\ [x] grüße']]),
  });
  const { syslog, labels } = routeEncoding(optionDefaults(encodingOptions), {
    options: new Map(Object.entries(route)),
  });
  const encoder = createSyslogEncoder(container, containerMetadata(container, 'host-1', labels), syslog, {
    framing,
    hostname: '',
    sequence: createSequence('run1'),
    wallMs: () => 0,
    onCut: () => undefined,
    onTemplateFailure: () => undefined,
  });
  return encodeLines(encoder, { bytes: `of ${name}`, severity: 4, fields: [['user', 'a]b']] });
}

it.each([
  ['plain', {}, '[line@32473 user="a\\]b"]'],
  [
    'full',
    {
      'syslog-metadata': '',
      'syslog-sequence': '',
      labels: 'team',
      structured_data: 'x@1 a="{{index .Container.Config.Labels "team"}}"',
    },
    '[meta sequenceId="1"][shipper@32473 run="run1"]' +
      '[container@32473 host="host-1" id="0123456789ab" name="full" image="web:1" source="stdout"]' +
      '[labels@32473 team="say \\"hi\\" \\\\ [x\\] grüße"][x@1 a="say \\"hi\\" \\\\ [x\\] grüße"][line@32473 user="a\\]b"]',
  ],
])('rsyslog understands a message that is %s', async (name, route, structuredData) => {
  const socket = connect(rsyslog.tcpPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(Buffer.concat([...encode(name, 'octet-counted', route), ...encode(name, 'traditional', route)]));
  const udp = createSocket('udp4');
  const [datagram = Buffer.alloc(0)] = encode(name, 'datagram', route);
  udp.send(datagram, rsyslog.udpPort, '127.0.0.1', () => udp.close());
  const understood = {
    facility: 1,
    severity: 4,
    hostname: 'east',
    appName: name,
    procid: '77',
    msgid: '-',
    timestamp: '2026-02-03T04:05:06.123456Z',
    structuredData,
    msg: `of ${name}`,
  };
  await eventually('three messages', () =>
    expect(rsyslog.messages().filter(({ appName }) => appName === name)).toMatchObject([
      understood,
      understood,
      understood,
    ]),
  );
});

it.each([
  ['old', {}, '2026-02-03T04:05:06.123456Z'],
  ['bsd', { 'syslog-timestamp': '{{.Time.Format "Jan _2 15:04:05"}}' }, undefined],
])('rsyslog understands RFC 3164, %s', async (name, route, timestamp) => {
  const socket = connect(rsyslog.tcpPort, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(Buffer.concat(encode(name, 'traditional', { ...route, 'syslog-format': 'rfc3164' })));
  const understood = { severity: 4, hostname: 'east', appName: name, procid: '77', msg: ` of ${name}` };
  await eventually('the message', () =>
    expect(rsyslog.messages().filter(({ appName }) => appName === name)).toMatchObject([
      timestamp === undefined ? understood : { ...understood, timestamp },
    ]),
  );
});
