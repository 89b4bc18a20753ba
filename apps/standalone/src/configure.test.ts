import { findCommandProblems, findMetricProblems, parseCommandLine, renderOptionError } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { command } from './command.ts';
import { configure } from './configure.ts';
import { program } from './program.ts';

const facts = { hostname: 'node-1', env: {} };

const configured = (...argv: string[]) => {
  const line = parseCommandLine(command, argv, facts.env);
  const config = line.ok ? configure(line.value, facts) : line;
  if (config.ok) return config.value;
  throw new Error(config.error.map(renderOptionError).join('\n'));
};

describe('program', () => {
  it('is declared without mistakes', () => {
    expect(findCommandProblems(program.command)).toEqual([]);
    expect(findMetricProblems(program.metrics)).toEqual([]);
  });

  it('has the metrics of all three', () => {
    const names = Object.values(program.metrics).map(({ name }) => name.split('_')[1]);
    expect(new Set(names)).toEqual(new Set(['registrar', 'dns', 'shipper']));
  });
});

describe('configure', () => {
  it('needs to be told nothing', () => {
    expect(configured()).toMatchObject({
      dockerHost: '',
      domain: ['wharf', 'local'],
      registrar: { ip: { ipv4: '127.0.0.1' }, host: 'node-1', onStop: 'remove' },
      dnsServer: { answers: { domains: [['wharf', 'local']] }, listen: { host: '127.0.0.1', port: 1053 } },
      logShipper: { routes: [{ uri: 'stdout:' }] },
    });
  });

  it('tells each agent what concerns it', () => {
    const argv = '-domain east.example.local -ip 10.0.0.5 -dns-addr :53 -internal -explicit -hostname n -allow-tty';
    const config = configured(...argv.split(' '), '-syslog-format=rfc3164', 'syslog://10.0.0.9', 'stdout:');
    expect(config).toMatchObject({
      domain: ['east', 'example', 'local'],
      registrar: { ip: { ipv4: '10.0.0.5' }, internal: true, explicit: true, host: 'n' },
      dnsServer: { answers: { domains: [['east', 'example', 'local']] }, listen: { host: '', port: 53 } },
      logShipper: {
        routes: [{ uri: 'syslog://10.0.0.9' }, { uri: 'stdout:' }],
        encoding: { syslogFormat: 'rfc3164' },
        allowTty: true,
      },
    });
  });

  it.each([
    [['-domain', 'a..b'], '-domain: "a..b" is not a domain'],
    [['-ip', 'nobody'], '-ip: "nobody" is not an IPv4 or IPv6 address'],
    [['-dns-addr', '1'], '-dns-addr: "1" is not host:port'],
    [['-docker-host', 'ftp://x'], '-docker-host: "ftp://x" is no address of an engine'],
    [['carrier-pigeon://roof'], '<route URI>: "carrier-pigeon://roof" has an adapter carrier-pigeon that is not known'],
  ])('refuses %j', (argv, message) => {
    expect(() => configured(...argv)).toThrow(message);
  });
});
