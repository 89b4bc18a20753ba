import { describe, expect, it } from 'vitest';
import { routeFileName } from './route-file-name.ts';

describe('routeFileName', () => {
  it('is readable, of the letters that every file system has', () => {
    expect(routeFileName('syslog+tcp://logs.example.org:514?filter.name=web-*')).toMatch(
      /^syslog-tcp-logs-example-org-514-[0-9a-f]{12}$/,
    );
    expect(routeFileName('stdout:')).toMatch(/^stdout-[0-9a-f]{12}$/);
    expect(routeFileName('../../etc/passwd')).toMatch(/^etc-passwd-[0-9a-f]{12}$/);
    expect(routeFileName(`json+https://${'long.'.repeat(100)}`).length).toBeLessThanOrEqual(61);
  });

  it('is that of one route alone', () => {
    const uris = ['syslog://a', 'syslog://a?x=1', 'syslog://a?x=2', 'syslog+tcp://a', 'syslog+tcp//a'];
    expect(new Set(uris.map(routeFileName)).size).toBe(uris.length);
  });
});
