import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { endSamples, startSample as start } from './testing/start-sample.ts';
import { VERSION } from './version.ts';

const messages = (stderr: string): readonly string[] =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).msg);

afterEach(endSamples);

describe('runAgent', () => {
  it.each(['-h', '-help', '--help'])('prints the help for %s to standard output', async (flag) => {
    const { code, stdout, stderr } = await start('-bogus', flag).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: sample [options] <registry URI>');
  });

  it('prints name and version for -version', async () => {
    expect(await start('-version').ended).toMatchObject({ code: 0, stdout: `sample ${VERSION}\n`, stderr: '' });
  });

  it('prints every error of the command line to standard error, and ends with 2', async () => {
    expect(await start('-ttl', 'abc', '-log-level=loud').ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: [
        '-ttl: "abc" is not a whole number of seconds, at least 1',
        '-log-level: "loud" is none of debug, info, warn, error',
        '<registry URI>: is missing',
        'sample -help lists what is accepted',
        '',
      ].join('\n'),
    });
  });

  it('treats what the program refuses like any other error', async () => {
    const { code, stderr } = await start('refuse').ended;
    expect(code).toBe(2);
    expect(stderr).toBe('-ttl: must be given together with -ip\nsample -help lists what is accepted\n');
  });

  it('serves, says where, warns of deprecated options, survives SIGHUP and ends with 0 on SIGTERM', async () => {
    const agent = start('serve', '-discover');
    const address = await agent.logged(/"address":"([^"]+)"/);
    await agent.logged(/"msg":"started"/);
    const get = async (path: string): Promise<string> => (await fetch(`http://${address}${path}`)).text();
    expect(await get('/readyz')).toBe('ready\n');
    expect(await get('/debug/behaviour')).toBe('"serve"\n');
    const metrics = await get('/metrics');
    expect(metrics).toContain(`wharf_build_info{agent="sample",version="${VERSION}"} 1\n`);
    expect(metrics).toContain('process_cpu_seconds_total');

    agent.child.kill('SIGHUP');
    await agent.logged(/nothing to reload/);
    agent.child.kill('SIGTERM');
    const { code, stdout, stderr } = await agent.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(messages(stderr)).toEqual([
      '-discover is accepted but does nothing: every machine in -machines is used.',
      'admin HTTP listens',
      'started',
      'nothing to reload: options are read at the start only',
      'stopping',
      'stopped',
    ]);
  });

  it('ends with 1 and says why when the agent cannot start', async () => {
    const { code, stderr } = await start('fail').ended;
    expect(code).toBe(1);
    expect(messages(stderr)).toContain('cannot start: 127.0.0.1:53 is in use: EADDRINUSE');
    expect(stderr).not.toContain('sample-agent.ts');
  });

  it('ends with 1 and says why when the agent cannot be made', async () => {
    const { code, stderr } = await start('throw').ended;
    expect(code).toBe(1);
    expect(messages(stderr)).toEqual(['cannot start: nothing to create']);
    expect(stderr).not.toContain('sample-agent.ts');
  });

  it('says in one line of text that the agent cannot be made', async () => {
    const { code, stderr } = await start('throw', '-log-format', 'text').ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\[[\d:.]+\] ERROR: sample: cannot start: nothing to create\n$/);
  });

  it.each(['throw', 'fail'])('tells at debug where in the code a start failed on a %s', async (behaviour) => {
    const { code, stderr } = await start(behaviour, '-log-level', 'debug').ended;
    expect(code).toBe(1);
    const place = stderr.split('\n').find((line) => line.includes('"level":"debug"'));
    expect(JSON.parse(place ?? '').err.stack).toContain('sample-agent.ts');
  });

  it('ends with 1 and names the option when admin HTTP cannot listen', async () => {
    const { code, stderr } = await start('serve', '-admin-addr', '192.0.2.1:0').ended;
    expect(code).toBe(1);
    expect(messages(stderr)[0]).toContain('admin HTTP cannot listen on 192.0.2.1:0: this host has no such address');
  });

  it.each(['crash', 'reject'])('ends with 1 and a stack in the log on a %s', async (behaviour) => {
    const { code, stderr } = await start(behaviour).ended;
    expect(code).toBe(1);
    const crash = stderr.split('\n').find((line) => line.includes('crashed: boom'));
    expect(JSON.parse(crash ?? '').err.stack).toContain('sample-agent.ts');
  });

  it('ends with 1 at once on a second signal', async () => {
    const agent = start('hang');
    await agent.logged(/"msg":"started"/);
    agent.child.kill('SIGTERM');
    await agent.logged(/"msg":"stopping"/);
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toMatchObject({ code: 1, signal: null });
  });

  it.each([
    { level: 'info', told: ['a library is wrong'] },
    { level: 'debug', told: ['a library is old', 'a library is wrong'] },
  ])("logs Node's warnings at $level: $told", async ({ level, told }) => {
    const agent = start('serve', `-log-level=${level}`);
    const address = await agent.logged(/"address":"([^"]+)"/);
    await fetch(`http://${address}/debug/warn`);
    await agent.logged(/a library is wrong/);
    agent.child.kill('SIGTERM');
    const { stderr } = await agent.ended;
    expect(messages(stderr).filter((message) => message.startsWith('a library'))).toEqual(told);
  });

  it('lives on when the reader of its log has gone', async () => {
    const agent = start('serve');
    const address = await agent.logged(/"address":"([^"]+)"/);
    agent.child.stderr.destroy();
    agent.child.kill('SIGHUP');
    expect(await (await fetch(`http://${address}/healthz`)).text()).toBe('ok\n');
    agent.child.kill('SIGTERM');
    expect(await agent.ended).toMatchObject({ code: 0, signal: null });
  });

  it('answers, drops and counts lines, and still ends, when the reader of its log stalls', async () => {
    const agent = start('serve');
    const address = await agent.logged(/"address":"([^"]+)"/);
    agent.child.stderr.pause();
    await fetch(`http://${address}/debug/flood`);
    const metrics = await (await fetch(`http://${address}/metrics`)).text();
    expect(Number(/^wharf_log_lines_dropped_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThan(10_000);
    agent.child.kill('SIGTERM');
    const [code, signal] = await once(agent.child, 'exit');
    expect([code, signal]).toEqual([null, 'SIGKILL']);
  });
});
