import { eventually } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIn } from '../cluster/run-in.ts';
import { containerHealth, dig } from '../compose/inside-host.ts';
import { POSTS_UNITS } from '../moving/posts-units.ts';
import { type PostsHost, startPostsHost } from './posts-host.ts';
import type { RunningUnit } from './run-unit.ts';
import { readUnit } from './unit-commands.ts';

const DOMAIN = 'staging.example.local';
const SAMPLE = 'busybox:1.36';
const WAIT = { timeoutMs: 60_000 };

/** A web server on both ports that also prints a numbered line every 100 ms. */
const WEB = `mkdir /www && echo hi > /www/index.html
httpd -p 80 -h /www && httpd -p 8081 -h /www
n=0; while :; do n=$((n + 1)); echo line $n; sleep 0.1; done`;

/** In the place of Elasticsearch, which is not to be had here: answers the bulk API, and prints what it was sent. */
const BULK = `require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => { body += chunk; }).on('end', () => {
    const lines = body.split('\\n').filter((line) => line !== '');
    if (request.url === '/_bulk') for (const line of lines) console.log(line);
    const items = lines.filter((_, index) => index % 2 === 0).map(() => ({ index: { status: 201 } }));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ took: 1, errors: false, items }));
  });
}).listen(9200);`;

/** Besides the route of the posts; each makes a file of its own. */
const MORE_ROUTES = [
  `syslog+tcp://docker-rsyslog.${DOMAIN}:514?append_tag=-tcp`,
  `relp://docker-rsyslog.${DOMAIN}:2514?append_tag=-relp`,
  `relp://_rsyslog-relp._tcp.${DOMAIN}?append_tag=-srv`,
];

/** The agents run as in the posts, with nothing but the image changed, the rest as in the example units. */
describe("the posts' setting on one host", { timeout: 180_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let host: PostsHost;
  let rsyslog: RunningUnit;

  // The images may have to be built first.
  beforeAll(async () => {
    host = await startPostsHost(cleanup);
    await host.run(POSTS_UNITS.registrar, { arguments: ['-dns-sd'] });
    await host.run(POSTS_UNITS['dns-server']);
    rsyslog = await host.run(readUnit('examples/central-rsyslog@.service'));
    await host.run(POSTS_UNITS['log-shipper'], { options: ['-e', 'SYSLOG_HOSTNAME=host-1'], arguments: MORE_ROUTES });
    await host.run(readUnit('examples/elasticsearch@.service'), {
      image: 'wharf/registrar',
      options: ['--no-healthcheck', '--entrypoint', 'node', '--env', 'LOGSPOUT=ignore'],
      command: ['--eval', BULK],
    });
    await host.run(readUnit('examples/kibana.service'), { image: SAMPLE, command: ['sleep', '100000'] });
    await host.run(readUnit('examples/web@.service'), { image: SAMPLE, command: ['sh', '-c', WEB] });
  }, 1_200_000);

  afterAll(() => cleanup.disposeAsync());

  const inRsyslog = (...command: readonly string[]): Promise<string> =>
    host.engine.docker('exec', rsyslog.container, ...command);

  /** The numbers of the lines in a file, in its order. */
  const numbers = async (file: string): Promise<readonly number[]> => {
    const text = await inRsyslog('cat', `/var/log/hosts/host-1/${file}.log`);
    return [...text.matchAll(/ line (\d+)$/gm)].map(([, digits]) => Number(digits));
  };

  it.each([
    ['docker-rsyslog', '514'],
    ['rsyslog-relp', '2514'],
    ['elasticsearch', '9200'],
    ['elasticsearch-nodes', '9300'],
    ['kibana', '5601'],
  ])('finds %s at its address and port %s', async (name, port) => {
    await eventually(
      'its records',
      async () => {
        expect(await dig(host, `${name}.${DOMAIN}`, 'A')).toEqual([host.address]);
        const targets = await dig(host, `${name}.${DOMAIN}`, 'SRV');
        expect(new Set(targets.map((target) => target.split(' ')[2]))).toEqual(new Set([port]));
      },
      WAIT,
    );
  });

  it('finds the two ports of the web service each by its name, and serves from there', async () => {
    for (const name of ['web', 'web-admin']) {
      const port = await eventually(
        name,
        async () => {
          const [srv = ''] = await dig(host, `${name}.${DOMAIN}`, 'SRV');
          expect(srv).not.toBe('');
          return srv.split(' ')[2] ?? '';
        },
        WAIT,
      );
      const search = ['--dns', host.address, '--dns-search', DOMAIN];
      const page = await host.engine.docker(
        'run',
        '--rm',
        ...search,
        SAMPLE,
        'wget',
        '-qO-',
        `http://${name}:${port}/`,
      );
      expect(page).toBe('hi');
    }
  });

  it.each(['', '-tcp', '-relp', '-srv'])('keeps what the web service prints in web-1%s.log', async (way) => {
    await eventually('lines', async () => expect((await numbers(`web-1${way}`)).length).toBeGreaterThan(3), WAIT);
  });

  it('gives Elasticsearch a document for each message, by its name', async () => {
    await eventually(
      'documents',
      async () => {
        const lines = (await host.engine.docker('logs', 'elasticsearch-1')).split('\n').map((line) => JSON.parse(line));
        const [action, document] = lines;
        expect(action).toEqual({ index: { _index: expect.stringMatching(/^logs-\d{4}\.\d\d\.\d\d$/) } });
        expect(document).toMatchObject({ host: 'host-1', program: expect.stringMatching(/^web-1/), severity: 'info' });
        expect(document.message).toMatch(/^line \d+$/);
      },
      WAIT,
    );
  });

  it('keeps for Elasticsearch what it misses while it is away', async () => {
    await host.engine.docker('stop', '--time', '1', 'elasticsearch-1');
    const missed = Math.max(...(await numbers('web-1'))) + 15;
    await eventually('lines in the files', async () => expect(await numbers('web-1')).toContain(missed + 15), WAIT);
    await host.engine.docker('start', 'elasticsearch-1');
    await eventually(
      'the document',
      async () => expect(await host.engine.docker('logs', 'elasticsearch-1')).toContain(`"message":"line ${missed}"`),
      WAIT,
    );
  });

  it('keeps names of strangers inside of its folder', async () => {
    const evil = '<14>1 2026-02-03T04:05:06Z .. ../../../tmp/x 1 - - from a stranger';
    await inRsyslog('bash', '-c', `printf '%s\\n' '${evil}' > /dev/tcp/127.0.0.1/5514`);
    await eventually('its file', async () => {
      const files = (await inRsyslog('grep', '-rl', 'from a stranger', '/var/log', '/var/spool', '/tmp')).split('\n');
      expect(files).toEqual([expect.stringMatching(/^\/var\/log\/hosts\/[^/]+\/[^/]+$/)]);
    });
  });

  it('answers from what SkyDNS had in version 2 of etcd, once that is brought over', async () => {
    const set = [
      'etcdctl',
      '--endpoint',
      host.etcdUrl,
      'set',
      '/skydns/local/example/staging/static',
      '{"host":"10.0.0.9"}',
    ];
    await runIn(host.engine.enterNetwork, set, { ETCDCTL_API: '2' });
    const line = ['import-v2', host.etcdUrl, 'write', '-machines', host.etcdUrl];
    const report = await host.engine.docker('run', '--rm', '--network', 'host', 'wharf/dns-server', ...line);
    expect(report).toContain('1 written, 0 there already, 0 left out');
    await eventually('the answer', async () => expect(await dig(host, `static.${DOMAIN}`, 'A')).toEqual(['10.0.0.9']));
  });

  it.each([
    ['syslog over TCP', 5514],
    ['RELP', 2514],
  ])('asks a sender of %s that is silent whether it is still there', async (_, port) => {
    // proc(5), /proc/net/tcp: local address and port, state (01: established), timer (02: keep-alive), in hexadecimal.
    const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}$`;
    const script = `$2 ~ /${local}/ && $4 == "01" { print substr($6, 1, 2) }`;
    // While an acknowledgement is under way there is another timer.
    await eventually('connections that are watched', async () => {
      const timers = (await inRsyslog('awk', script, '/proc/net/tcp')).split('\n');
      expect(new Set(timers)).toEqual(new Set(['02']));
    });
  });

  it('runs without root on a root file system that it cannot write, and is healthy', async () => {
    expect(await inRsyslog('id', '-u')).toBe('514');
    await expect(inRsyslog('touch', '/etc/x')).rejects.toThrow('Read-only file system');
    await eventually(
      'healthy',
      async () => expect((await containerHealth(host)).get(rsyslog.container)).toBe('healthy'),
      WAIT,
    );
  });

  it('loses no line over RELP while it is away, and ends in good order', async () => {
    const before = Math.max(...(await numbers('web-1-relp')));
    expect(await rsyslog.stop()).toBe(0);
    await eventually('its name gone', async () => expect(await dig(host, `docker-rsyslog.${DOMAIN}`, 'A')).toEqual([]));
    await rsyslog.start();
    for (const way of ['relp', 'srv']) {
      await eventually(
        `lines from after it, by ${way}`,
        async () => expect(Math.max(...(await numbers(`web-1-${way}`)))).toBeGreaterThan(before + 50),
        WAIT,
      );
      const seen = new Set(await numbers(`web-1-${way}`));
      const first = Math.min(...seen);
      const missing = Array.from({ length: before + 50 - first }, (_, index) => first + index).filter(
        (n) => !seen.has(n),
      );
      expect(missing).toEqual([]);
    }
  });
});
