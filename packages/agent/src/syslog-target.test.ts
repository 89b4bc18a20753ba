import { describe, expect, it } from 'vitest';
import { parseSyslogTarget, renderSyslogTarget, syslogTarget } from './syslog-target.ts';

describe('parseSyslogTarget', () => {
  it.each([
    ['syslog://', 'udp', '127.0.0.1', 514],
    ['syslog://logs.example.org', 'udp', 'logs.example.org', 514],
    ['syslog+udp://:1514', 'udp', '127.0.0.1', 1514],
    ['syslog+tcp://192.0.2.1:601', 'tcp', '192.0.2.1', 601],
    ['SYSLOG+TCP://[2001:db8::1]:601', 'tcp', '2001:db8::1', 601],
    ['syslog+tcp://[2001:db8::1]', 'tcp', '2001:db8::1', 514],
  ])('reads %s', (text, transport, host, port) => {
    expect(parseSyslogTarget(text)).toEqual({ ok: true, value: { transport, host, port } });
  });

  it.each([
    ['logs.example.org:514', 'syslog://[host][:port], syslog+udp://[host][:port], syslog+tcp://[host][:port]'],
    ['syslog+tls://logs.example.org', 'is none of syslog://'],
    ['syslog://logs.example.org/local0', 'is none of'],
    ['syslog://logs.example.org?x=1', 'is none of'],
    ['syslog://a b', 'is none of'],
    ['syslog://logs:http', 'is none of'],
    ['syslog://logs:65536', 'is none of'],
    ['syslog://logs:0', 'has port 0'],
    ['syslog://me:secret@logs', 'has a user or a password'],
    ['syslog://me@logs', 'has a user or a password'],
  ])('refuses %s', (text, error) => {
    const parsed = parseSyslogTarget(text);
    expect(parsed).toEqual({ ok: false, error: expect.stringContaining(error) });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });
});

describe('renderSyslogTarget', () => {
  it.each(['syslog+udp://127.0.0.1:514', 'syslog+tcp://[2001:db8::1]:601'])('writes %s back', (text) => {
    const parsed = syslogTarget().parse(text);
    expect(parsed.ok && renderSyslogTarget(parsed.value)).toBe(text);
  });
});
