import { describe, expect, it } from 'vitest';
import { candidateHosts, probeEngine } from './find-engine.ts';

describe('candidateHosts', () => {
  it('is DOCKER_HOST alone when it is set', () => {
    expect(candidateHosts({ DOCKER_HOST: 'tcp://127.0.0.1:2375', XDG_RUNTIME_DIR: '/run/user/1' })).toEqual([
      'tcp://127.0.0.1:2375',
    ]);
  });

  it('looks for Docker before Podman, and for both as this user', () => {
    expect(candidateHosts({ XDG_RUNTIME_DIR: '/run/user/1' })).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/1/docker.sock',
      'unix:///run/user/1/podman/podman.sock',
      'unix:///run/podman/podman.sock',
    ]);
  });
});

describe('probeEngine', () => {
  it.each(['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:9', 'no url'])('finds nothing at %s', async (host) => {
    expect(await probeEngine(host)).toBe('absent');
  });
});
