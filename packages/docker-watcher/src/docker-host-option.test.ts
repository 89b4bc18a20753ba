import { describe, expect, it } from 'vitest';
import { dockerHostOption } from './docker-host-option.ts';

describe('dockerHostOption', () => {
  it.each([
    ['unix:///run/x.sock', 'unix:///run/x.sock'],
    [' tcp://10.0.0.1:2375 ', 'tcp://10.0.0.1:2375'],
    ['unix://', ''],
    [' ', ''],
  ])('takes %j as %j', (text, value) => {
    expect(dockerHostOption.type.parse(text)).toEqual({ ok: true, value });
  });

  it.each(['ssh://host', 'tcp://u:secret@h', 'tcp://:secret@h', 'tcp://h:99999', 'unix://relative'])(
    'refuses %s without repeating it, which may hold a password',
    (text) => {
      const result = dockerHostOption.type.parse(text);
      expect(result.ok ? '' : result.error).toMatch(/^(?:is|has|names) .*tcp:\/\/host:port/);
      expect(result.ok ? '' : result.error).not.toContain('secret');
    },
  );

  it('names every place that is looked at', () => {
    expect(dockerHostOption.summary).toContain('/var/run/docker.sock, /tmp/docker.sock and /run/podman/podman.sock');
  });
});
