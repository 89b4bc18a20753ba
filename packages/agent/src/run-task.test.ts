import { afterEach, describe, expect, it } from 'vitest';
import { endSamples, startSample } from './testing/start-sample.ts';
import { VERSION } from './version.ts';

afterEach(endSamples);

/** The log lines of a task, which are JSON where standard error is no terminal. */
const logged = (stderr: string): readonly unknown[] =>
  stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).msg);

describe('runTask', () => {
  it('prints what the task gives to standard output, and ends with 0', async () => {
    const { code, stdout } = await startSample('show', '-ttl', '40', 'say', 'memory:///x', '-discover').ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      positionals: ['say', 'memory:///x'],
      ttl: 40,
      warnings: ['-discover is accepted but does nothing: every machine in -machines is used.'],
      known: true,
    });
  });

  it.each([
    { argv: [], lines: ['about to show'] },
    { argv: ['-log-level', 'info'], lines: ['showing', 'about to show'] },
    { argv: ['-log-level', 'error'], lines: [] },
  ])('logs at warn unless told otherwise: $argv', async ({ argv, lines }) => {
    const { stderr } = await startSample('show', ...argv, 'say', 'memory:///x').ended;
    expect(logged(stderr)).toEqual(lines);
  });

  it('prints the help of the subcommand for -help', async () => {
    const { code, stdout, stderr } = await startSample('show', '-bogus', '-help').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Usage: sample show <thing> [options] <registry URI>');
  });

  it('prints the name of the program and its version for -version', async () => {
    expect(await startSample('show', '-version').ended).toMatchObject({ code: 0, stdout: `sample ${VERSION}\n` });
  });

  it('is among what the help of the program offers', async () => {
    const { stdout } = await startSample('-help').ended;
    expect(stdout).toContain('  sample show <thing> [options] <registry URI>\n        Shows one thing.\n');
  });

  it('prints every error of the command line, and ends with 2', async () => {
    expect(await startSample('show', '-ttl', 'abc', '-log-level=loud', 'say').ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: [
        '-ttl: "abc" is not a whole number of seconds, at least 1',
        '-log-level: "loud" is none of debug, info, warn, error',
        '<thing> <registry URI>: is missing: at least 2 are needed',
        'sample show -help lists what is accepted',
        '',
      ].join('\n'),
    });
  });

  it('treats what the task refuses like any other error', async () => {
    expect(await startSample('show', 'refuse', 'memory:///x').ended).toMatchObject({
      code: 2,
      stdout: '',
      stderr: '<thing>: "refuse" cannot be shown\nsample show -help lists what is accepted\n',
    });
  });

  it('says why it failed on one line without passwords and control characters, and ends with 1', async () => {
    const { code, stdout, stderr } = await startSample('show', '-log-level=error', 'fail', 'memory:///x').ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('sample show: \\u001b[2J is away: ftp://***@engine\n');
  });

  it('ends with 1 when something else of it fails', async () => {
    const { code, stderr } = await startSample('show', '-log-level=error', 'crash', 'memory:///x').ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'sample show: boom\n' });
  });

  it.each([
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGTERM', exitCode: 143 },
    { signal: 'SIGHUP', exitCode: 129 },
  ] as const)('ends on $signal as a shell expects it', async ({ signal, exitCode }) => {
    const sample = startSample('show', 'wait', 'memory:///x');
    await sample.logged(/about to show/);
    sample.child.kill(signal);
    expect(await sample.ended).toMatchObject({ code: exitCode, signal: null, stdout: '' });
  });
});
