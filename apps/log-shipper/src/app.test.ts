import { PassThrough } from 'node:stream';
import {
  createCertificates,
  type Dockerd,
  eventually,
  freePort,
  importSampleImage,
  type Rsyslog,
  startDockerd,
  startFaultyProxy,
  startRsyslog,
  startSyslogReceiver,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { logShipperDefaults } from './config.ts';
import { findOwnContainerId } from './containers/own-container-id.ts';
import { type RunningShipper, startShipper } from './testing/start-shipper.ts';

let dockerd: Dockerd;
let rsyslog: Rsyslog;
let image: string;
const open: (() => Promise<unknown>)[] = [];
let names = 0;
let prefix = '';

beforeAll(async () => {
  [dockerd, rsyslog] = await Promise.all([startDockerd(), startRsyslog({ maxMessageBytes: 2 << 20 })]);
  image = await importSampleImage(dockerd.socketPath);
});

afterAll(async () => {
  await Promise.all([dockerd?.stop(), rsyslog?.stop()]);
});

beforeEach(() => {
  prefix = `t${++names}`;
});

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  const ids = (await dockerd.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await dockerd.docker('rm', '-f', ...ids);
});

const ship = async (...given: Parameters<typeof startShipper> extends [string, ...infer Rest] ? Rest : never) => {
  const shipper = await startShipper(dockerd.socketPath, ...given);
  open.push(() => shipper.stop());
  await ready(shipper);
  return shipper;
};
const ready = ({ agent }: RunningShipper) => eventually('the shipper', () => expect(agent.readiness()).toEqual([]));
const named = (name: string) => `${prefix}-${name}`;
const run = (name: string, script: string, ...options: readonly string[]) =>
  dockerd.docker('run', '-d', '--name', named(name), '--hostname', 'east', ...options, image, 'sh', '-c', script);
/** What rsyslog has of a container, in order of arrival. */
const arrived = (name: string) => rsyslog.messages().filter(({ appName }) => appName === named(name));
const textsOf = (name: string) => arrived(name).map(({ msg }) => msg.trimStart());
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const countTo = (count: number, then = '') =>
  `i=0; while [ $i -lt ${count} ]; do i=$((i+1)); echo line $i; done; ${then}`;

describe('createLogShipper', () => {
  it.each([
    ['RFC 5424 over UDP', 'udp', {}],
    ['RFC 5424 over TCP', 'tcp', {}],
    [
      'RFC 5424 over TCP, octet-counted',
      'tcp',
      { encoding: { ...logShipperDefaults.encoding, syslogTcpFraming: 'octet-counted' as const } },
    ],
    ['RFC 3164 over UDP', 'udp', { encoding: { ...logShipperDefaults.encoding, syslogFormat: 'rfc3164' as const } }],
    ['RFC 3164 over TCP', 'tcp', { encoding: { ...logShipperDefaults.encoding, syslogFormat: 'rfc3164' as const } }],
  ])('ships a new container by %s as rsyslog understands it', async (_name, transport, config) => {
    const port = transport === 'udp' ? rsyslog.udpPort : rsyslog.tcpPort;
    await ship([`syslog+${transport}://127.0.0.1:${port}`], config);
    await run('web', 'echo "to stdout, grüße"; echo to stderr >&2; printf "no end"; sleep 1000');
    const pid = await dockerd.docker('inspect', '-f', '{{.State.Pid}}', named('web'));
    await eventually('two lines', () => expect(textsOf('web').toSorted()).toEqual(['to stderr', 'to stdout, grüße']));
    const common = { facility: 1, hostname: 'east', appName: named('web'), procid: pid, structuredData: '-' };
    const byText = new Map(arrived('web').map((message) => [message.msg.trimStart(), message]));
    expect(byText.get('to stdout, grüße')).toMatchObject({ ...common, severity: 6, inputname: `im${transport}` });
    expect(byText.get('to stderr')).toMatchObject({ ...common, severity: 3 });
    expect(byText.get('to stderr')?.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|\+00:00)$/);
    await dockerd.docker('kill', named('web'));
    await eventually('the line without an end', () => expect(textsOf('web')).toContain('no end'));
  });

  it('ships over TLS and RELP as rsyslog understands it', async () => {
    const certificates = await createCertificates();
    open.push(async () => certificates.remove());
    const receiver = await startRsyslog({ relp: true, tls: { certificate: certificates.server } });
    open.push(() => receiver.stop());
    const tls = `?tls.ca=${certificates.server.caFile}&tls.name=localhost`;
    await ship([
      `syslog+tls://127.0.0.1:${receiver.tlsPort}${tls}`,
      `relp://127.0.0.1:${receiver.relpPort}`,
      `relps://127.0.0.1:${receiver.relpTlsPort}${tls}`,
    ]);
    await run('web', 'echo "grüße"; sleep 1000');
    await eventually('a line of each', () =>
      expect(
        receiver
          .messages()
          .map(({ inputname, appName, rawmsg }) => `${inputname} ${appName} ${rawmsg.slice(-9)}`)
          .toSorted(),
      ).toEqual(['imrelp', 'imrelp', 'imtcp'].map((input) => `${input} ${named('web')} - - grüße`)),
    );
  });

  it('sends exactly these bytes', async () => {
    const receiver = await startSyslogReceiver();
    open.push(() => receiver.close());
    await ship([`syslog://127.0.0.1:${receiver.port}`]);
    await run('web', 'echo ahoy; sleep 1000');
    const pid = await dockerd.docker('inspect', '-f', '{{.State.Pid}}', named('web'));
    const stored = (await dockerd.docker('logs', '-t', named('web'))).split(' ')[0];
    await eventually('the datagram', () =>
      expect(receiver.messages.map(({ text }) => text)).toEqual([
        `<14>1 ${stored?.slice(0, 26)}Z east ${named('web')} ${pid} - - ahoy\n`,
      ]),
    );
  });

  it('takes of a container that runs already what it prints from now on', async () => {
    await run('old', 'echo before; while [ ! -e /tmp/go ]; do sleep 0.02; done; echo after; sleep 1000');
    await eventually('the old line', async () => expect(await dockerd.docker('logs', named('old'))).toBe('before'));
    await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`]);
    await dockerd.docker('exec', named('old'), 'touch', '/tmp/go');
    await eventually('the new line', () => expect(textsOf('old')).toEqual(['after']));
  });

  it('ships all of a container that ends at once, and of its next runs', async () => {
    await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`]);
    await run('brief', countTo(2_000, 'printf done'));
    await eventually('all of it', () => expect(textsOf('brief')).toEqual([...numbered(2_000), 'done']));
    await dockerd.docker('start', named('brief'));
    await eventually('the second run', () =>
      expect(textsOf('brief')).toEqual([...numbered(2_000), 'done', ...numbered(2_000), 'done']),
    );
    await dockerd.docker('restart', named('brief'));
    await eventually('the third', () => expect(textsOf('brief').length).toBe(3 * 2_001));
  });

  it('joins lines that the engine stores in pieces', async () => {
    await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`], {
      encoding: { ...logShipperDefaults.encoding, syslogTcpFraming: 'octet-counted' },
    });
    await run('long', `head -c 100000 /dev/zero | tr '\\0' x; echo; head -c 1500000 /dev/zero | tr '\\0' y; echo`);
    await eventually('three lines', () =>
      expect(textsOf('long').map((text) => `${text[0]} ${text.length}`)).toEqual([
        'x 100000',
        'y 1048576',
        `y ${1_500_000 - 1_048_576}`,
      ]),
    );
  });

  it.each([
    ['--hostname', 'shipper'],
    ['--net', 'host'],
    ['--cgroupns', 'private', '--net', 'host'],
  ])('knows its own container with %s %s by what Linux says in there', async (...options) => {
    const script = 'cat /proc/self/cgroup; echo ---; cat /proc/self/mountinfo';
    const own = await dockerd.docker('run', '-d', ...options, image, 'sh', '-c', script);
    await dockerd.docker('wait', own);
    const [cgroup = '', mountinfo = ''] = (await dockerd.docker('logs', own)).split('---\n');
    expect(findOwnContainerId({ cgroup, mountinfo })).toBe(own);
  });

  it('leaves out what says LOGSPOUT=ignore, terminals, and itself', async () => {
    const self = await dockerd.docker('create', '--name', named('self'), image, 'sh', '-c', 'echo no; sleep 1000');
    const shipper = await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`], {}, { ownContainerId: self });
    await dockerd.docker('start', named('self'));
    await run('variable', 'echo no; sleep 1000', '-e', 'LOGSPOUT=Ignore');
    await run('label', 'echo no; sleep 1000', '-l', 'LOGSPOUT=ignore');
    await run('terminal', 'echo no; sleep 1000', '-t');
    await run('none', 'echo no; sleep 1000', '--log-driver', 'none');
    await run('web', 'echo yes; sleep 1000');
    await eventually('the one that is shipped', () => expect(textsOf('web')).toEqual(['yes']));
    const containers = shipper.agent.debug['containers']?.() as { name: string; skipped: string | null }[];
    expect(containers.filter(({ skipped }) => skipped === null).map(({ name }) => name)).toEqual([named('web')]);
    for (const name of ['self', 'variable', 'label', 'terminal', 'none']) expect(textsOf(name)).toEqual([]);
    expect(await shipper.count('wharf_shipper_containers_attached')).toBe(1);
  });

  it('ships terminals when allowed, without their CR', async () => {
    await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`], { allowTty: true });
    await run('terminal', `echo one; head -c 40000 /dev/zero | tr '\\0' x; echo; echo three; sleep 1000`, '-t');
    await eventually('three lines', () => expect(textsOf('terminal')).toEqual(['one', 'x'.repeat(40_000), 'three']));
  });

  it('sends every line again that rsyslog may have lost by its restart, and none is missing', async () => {
    const shipper = await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`]);
    const script = countTo(1_500, 'sleep 1000').replace('echo line $i', 'echo line $i; usleep 1000');
    await run('steady', script);
    for (const end of ['restart', 'kill', 'restart'] as const) {
      const before = textsOf('steady').length;
      await eventually('some more lines', () => expect(textsOf('steady').length).toBeGreaterThan(before + 50));
      await rsyslog[end]();
      if (end === 'kill') await rsyslog.restart();
    }
    await eventually('the last line', () => expect(textsOf('steady')).toContain('line 1500'), { timeoutMs: 20_000 });
    const texts = textsOf('steady');
    expect(new Set(texts)).toEqual(new Set(numbered(1_500)));
    expect(texts.length - 1_500).toBeLessThanOrEqual(await shipper.count('wharf_shipper_messages_resent_total'));
    expect(await shipper.count('wharf_shipper_connections_lost_total')).toBeGreaterThanOrEqual(3);
  });

  it('starts while the receiver is away, says so, and loses nothing', async () => {
    const port = await freePort();
    const shipper = await startShipper(dockerd.socketPath, [`syslog+tcp://127.0.0.1:${port}`]);
    open.push(() => shipper.stop());
    await eventually('the reason', () =>
      expect(shipper.agent.readiness()).toEqual([`route syslog+tcp://127.0.0.1:${port}: connection refused`]),
    );
    await run('web', countTo(500));
    const receiver = await startSyslogReceiver({ port });
    open.push(() => receiver.close());
    await eventually('the lines', () =>
      expect(receiver.messages.map(({ text }) => text.replace(/.* - - /, ''))).toEqual(numbered(500)),
    );
    await ready(shipper);
  });

  it('neither loses nor repeats a line when log streams are cut', async () => {
    const socketPath = `${dockerd.socketPath}.proxy`;
    const proxy = await startFaultyProxy({ path: dockerd.socketPath }, socketPath);
    open.push(() => proxy.close());
    const shipper = await startShipper(socketPath, [`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`]);
    open.push(() => shipper.stop());
    await ready(shipper);
    const script = countTo(2_000, 'printf end').replace('echo line $i', 'echo line $i; usleep 500');
    await run('cut', script);
    for (const count of [200, 600, 1_000, 1_500]) {
      await eventually(`${count} lines`, () => expect(textsOf('cut').length).toBeGreaterThan(count));
      proxy.cut();
    }
    await eventually('the end', () => expect(textsOf('cut').at(-1)).toBe('end'), { timeoutMs: 25_000 });
    expect(textsOf('cut')).toEqual([...numbered(2_000), 'end']);
    expect(await shipper.count('wharf_shipper_streams_reopened_total')).toBeGreaterThanOrEqual(3);
    expect(await shipper.count('wharf_shipper_entries_repeated_total')).toBeGreaterThan(0);
  });

  it('ships what was printed while the engine was away', async () => {
    const own = await startDockerd({ liveRestore: true });
    open.push(() => own.stop());
    const sample = await importSampleImage(own.socketPath);
    const shipper = await startShipper(own.socketPath, [`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`]);
    open.push(() => shipper.stop());
    await ready(shipper);
    const script = countTo(1_000, 'printf end; sleep 1000').replace('echo line $i', 'echo line $i; usleep 1000');
    await own.docker('run', '-d', '--name', named('lasting'), sample, 'sh', '-c', script);
    await eventually('some lines', () => expect(textsOf('lasting').length).toBeGreaterThan(100));
    await own.kill();
    await eventually('the reason', () => expect(shipper.agent.readiness().join()).toContain(own.socketPath));
    await own.restart();
    await eventually('the last line', () => expect(textsOf('lasting')).toContain('line 1000'), { timeoutMs: 25_000 });
    // An engine that is killed takes along what it had read from the container and not yet stored: what it kept counts.
    const kept = (await own.docker('logs', named('lasting'))).split('\n').filter((line) => line.startsWith('line '));
    expect(kept.length).toBeGreaterThan(900);
    expect(textsOf('lasting')).toEqual(kept);
    await ready(shipper);
  });

  it('a route whose receiver does not read delays no other one', async () => {
    const stalled = await startSyslogReceiver();
    open.push(() => stalled.close());
    stalled.pause();
    const shipper = await ship(
      [`syslog+tcp://127.0.0.1:${stalled.port}`, `syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`],
      { queue: { messages: 50, bytes: 1 << 20 }, tcpResendMs: 0 },
    );
    const filler = 'x'.repeat(2_000);
    await run('talker', `i=0; while [ $i -lt 5000 ]; do i=$((i+1)); echo ${filler} $i; done`);
    await eventually('all of it', () => expect(textsOf('talker').length).toBe(5_000), { timeoutMs: 25_000 });
    // The limit, and at most a chunk of the log, which is 64 KiB.
    const routes = JSON.stringify(shipper.agent.debug['routes']?.());
    const held = /"messages":(?<messages>\d+),"bytes":\d+,"isFull":true/.exec(routes)?.groups?.['messages'];
    expect(Number(held)).toBeGreaterThanOrEqual(50);
    expect(Number(held)).toBeLessThan(50 + 65_536 / filler.length + 1);
    stalled.resume();
    await eventually('the rest', () => expect(stalled.messages.length).toBe(5_000), { timeoutMs: 25_000 });
  });

  it('takes only what its filters ask for', async () => {
    await ship([
      `syslog+tcp://127.0.0.1:${rsyslog.tcpPort}?filter.name=*-web*&filter.sources=stderr`,
      `syslog+udp://127.0.0.1:${rsyslog.udpPort}?filter.labels=tier:back*`,
    ]);
    await run('web', 'echo out; echo err >&2; sleep 1000');
    await run('db', 'echo out; echo err >&2; sleep 1000', '-l', 'tier=backend');
    await eventually('the other route', () => expect(textsOf('db').toSorted()).toEqual(['err', 'out']));
    await eventually('one source', () => expect(textsOf('web')).toEqual(['err']));
    expect(arrived('db').every(({ inputname }) => inputname === 'imudp')).toBe(true);
  });

  it('prints lines with the name of their container', async () => {
    const output = new PassThrough();
    let printed = '';
    output.on('data', (chunk) => {
      printed += String(chunk);
    });
    await ship(['stdout:'], {}, { output });
    await run('web', 'echo ahoy; sleep 1000');
    await eventually('the line', () => expect(printed).toBe(`${named('web')} | ahoy\n`));
  });

  it('has all of a burst that the engine rotates faster than it follows', async () => {
    await ship([`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`], { source: 'api' });
    const rotated = ['--log-opt', 'max-size=1m', '--log-opt', 'max-file=30'];
    const script = `i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo line $i; done; sleep 1000`;
    await run('burst', script, ...rotated);
    await eventually('all of it', () => expect(new Set(textsOf('burst')).size).toBe(60_000), { timeoutMs: 60_000 });
  });
});
