import { once } from 'node:events';
import { eventually, freePort, type Rsyslog, startRsyslog, startSyslogReceiver } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { endSamples, startSample as start } from './testing/start-sample.ts';

afterEach(endSamples);

describe('-log-to', () => {
  let rsyslog: Rsyslog;

  beforeAll(async () => {
    rsyslog = await startRsyslog();
  });
  afterAll(() => rsyslog.stop());

  const texts = (pid: number | undefined): readonly string[] =>
    rsyslog.messages().flatMap(({ procid, msg }) => (procid === String(pid) ? [msg.trim()] : []));

  it.each(['udp', 'tcp'] as const)('sends over %s all that standard error has', async (transport) => {
    const port = transport === 'udp' ? rsyslog.udpPort : rsyslog.tcpPort;
    const agent = start('serve', '-log-to', `syslog+${transport}://127.0.0.1:${port}`);
    const address = await agent.logged(/"address":"([^"]+)"/);
    await agent.logged(/"msg":"started"/);
    agent.child.kill('SIGTERM');
    const { code, stderr } = await agent.ended;
    expect(code).toBe(0);
    expect(stderr.trimEnd().split('\n')).toHaveLength(4);
    await eventually('the last line', () => expect(texts(agent.child.pid)).toContain('stopped'));
    expect(texts(agent.child.pid)).toEqual([
      `admin HTTP listens {"address":"${address}"}`,
      'started',
      'stopping {"signal":"SIGTERM"}',
      'stopped',
    ]);
    const first = rsyslog.messages().find(({ procid }) => procid === String(agent.child.pid));
    expect(first).toMatchObject({ facility: 3, severity: 6, appName: 'wharf-sample', inputname: `im${transport}` });
  });

  it('says why an agent could not start', async () => {
    const { code } = await start('fail', '-log-to', `syslog+tcp://localhost:${rsyslog.tcpPort}`).ended;
    expect(code).toBe(1);
    const why = 'cannot start: 127.0.0.1:53 is in use: EADDRINUSE';
    await eventually('the reason', () => expect(rsyslog.messages().map(({ msg }) => msg.trim())).toContain(why));
  });

  it.each(['udp', 'tcp'] as const)('goes on over %s when the server was restarted', async (transport) => {
    const port = transport === 'udp' ? rsyslog.udpPort : rsyslog.tcpPort;
    const agent = start('serve', '-log-to', `syslog+${transport}://127.0.0.1:${port}`);
    await agent.logged(/"msg":"started"/);
    await eventually('a line before', () => expect(texts(agent.child.pid)).toContain('started'));
    await rsyslog.kill();
    if (transport === 'tcp') {
      agent.child.kill('SIGHUP');
      await agent.logged(/"msg":"cannot send the log to the syslog server"/);
    }
    await rsyslog.restart();
    if (transport === 'udp') agent.child.kill('SIGHUP');
    else await agent.logged(/"msg":"the log goes to the syslog server again"/);
    await eventually('a line after', () => expect(texts(agent.child.pid).join('\n')).toContain('nothing to reload'));
    expect(texts(agent.child.pid).join('\n')).not.toContain('syslog server');
  });

  it.each([
    { title: 'is away', target: async () => `syslog+tcp://127.0.0.1:${await freePort()}` },
    { title: 'has a name that does not resolve', target: async () => 'syslog://logs.invalid' },
  ])('starts, serves and ends as ever when the server $title', async ({ target }) => {
    const agent = start('serve', '-log-to', await target());
    const address = await agent.logged(/"address":"([^"]+)"/);
    await agent.logged(/"msg":"started"/);
    await fetch(`http://${address}/debug/flood`);
    const metrics = await (await fetch(`http://${address}/metrics`)).text();
    expect(Number(/^wharf_log_to_lines_dropped_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(10_000);
    agent.child.kill('SIGTERM');
    const { code, signal, stderr } = await agent.ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stderr.match(/the end has come before all of the log was sent/g)).toHaveLength(1);
    expect(stderr.match(/cannot send the log to the syslog server/g)).toHaveLength(1);
  });

  it('ends although the server takes the connection and reads nothing', async () => {
    const receiver = await startSyslogReceiver();
    receiver.pause();
    const agent = start('serve', '-log-to', `syslog+tcp://127.0.0.1:${receiver.port}`);
    const address = await agent.logged(/"address":"([^"]+)"/);
    for (let round = 0; round < 5; round++) await fetch(`http://${address}/debug/flood`);
    agent.child.kill('SIGTERM');
    const [code] = await once(agent.child, 'exit');
    expect(code).toBe(0);
    await receiver.close();
  });

  it('is not asked by tasks', async () => {
    const { code, stderr } = await start('show', '-log-to', `syslog+tcp://127.0.0.1:${await freePort()}`, 'say', 'x')
      .ended;
    expect(code).toBe(0);
    expect(stderr).not.toContain('syslog server');
  });

  it('refuses a password, and does not repeat it', async () => {
    const { code, stderr } = await start('serve', '-log-to', 'syslog://me:secret@logs').ended;
    expect(code).toBe(2);
    expect(stderr).toContain('-log-to: "syslog://***@logs" has a user or a password');
  });
});
