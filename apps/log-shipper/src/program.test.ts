import { findCommandProblems, findMetricProblems, parseCommandLine } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { configure } from './configure.ts';
import { program } from './program.ts';

const settingsOf = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const line = parseCommandLine(program.command, argv, env);
  if (!line.ok) return line.error.map(({ option, value }) => `${option} ${value}`);
  const settings = configure(line.value, { env });
  return settings.ok ? settings.value : settings.error.map(({ option, value }) => `${option} ${value}`);
};

describe('the command line', () => {
  it('and the metrics are declared without a fault', () => {
    expect(findCommandProblems(program.command)).toEqual([]);
    expect(findMetricProblems(program.metrics)).toEqual([]);
  });

  it.each([
    [['syslog://a'], {}, { routes: ['syslog://a'] }],
    [['syslog://a', 'stdout:'], {}, { routes: ['syslog://a', 'stdout:'] }],
    [[], { ROUTE_URIS: 'syslog://b,stdout:' }, { routes: ['syslog://b', 'stdout:'] }],
    [['syslog://a'], { ROUTE_URIS: 'syslog://b' }, { routes: ['syslog://a'] }],
    [['stdout:'], { SYSLOG_FORMAT: 'rfc3164' }, { encoding: { syslogFormat: 'rfc3164' } }],
    [['stdout:', '-syslog-tcp-framing', 'octet-counted'], {}, { encoding: { syslogTcpFraming: 'octet-counted' } }],
    [['stdout:'], { ALLOW_TTY: 'true' }, { allowTty: true }],
    [['stdout:'], { ALLOW_TTY: 'TRUE' }, { allowTty: false }],
    [['stdout:'], { ALLOW_TTY: '1' }, { allowTty: false }],
    [['stdout:', '-allow-tty'], {}, { allowTty: true }],
    [['stdout:', '-tcp-resend', '0'], {}, { tcpResendMs: 0 }],
  ])('%j with %j means %j', (argv, env, expected) => {
    const settings = settingsOf(argv, { ...env });
    const { shipper } = 'shipper' in settings ? settings : { shipper: undefined };
    expect({ ...shipper, routes: shipper?.routes.map(({ uri }) => uri) }).toMatchObject(expected);
  });

  it.each<[readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
    [[], { BACKLOG: '1', ALLOW_TTY: 'yes' }, ['ALLOW_TTY: "yes" counts', 'BACKLOG: "1" counts']],
    [['-backlog=yes'], {}, ['-backlog: "yes" counts']],
    [['-backlog=false', '-allow-tty'], {}, []],
    [['-backlog'], { ALLOW_TTY: 'false' }, []],
  ])('%j with %j warns of what is silently off', (argv, env, warnings) => {
    const line = parseCommandLine(program.command, [...argv, 'stdout:'], env);
    expect(line.ok && line.value.warnings.map((text) => text.replace(/ as false.*/, ''))).toEqual(warnings);
  });

  it('says all that is wrong at once', () => {
    expect(settingsOf(['pigeon://roof', '-queue-bytes', 'many'], { SYSLOG_FORMAT: 'rfc1149' })).toEqual([
      'SYSLOG_FORMAT rfc1149',
      '-queue-bytes many',
      '<route URI> pigeon://roof',
    ]);
  });

  it.each([
    [[], {}, /^<route URI> /],
    [[], { ROUTE_URIS: 'pigeon://roof' }, /^ROUTE_URIS pigeon/],
    [['stdout:'], { DOCKER_HOST: 'ftp://engine' }, /^DOCKER_HOST .*ftp:/],
    [['stdout:'], { EXCLUDE_LABEL: ':' }, /^EXCLUDE_LABEL :/],
  ])('%j with %j is refused', (argv, env, error) => {
    expect(settingsOf(argv, { ...env })).toEqual([expect.stringMatching(error)]);
  });
});
