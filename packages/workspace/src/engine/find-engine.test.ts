import { describe, expect, it } from 'vitest';
import { candidateHosts, findEngine, type Probe, probeEngine } from './find-engine.ts';

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

describe('findEngine', () => {
  const env = { XDG_RUNTIME_DIR: '/run/user/1' };
  const probes = (outcomes: Readonly<Record<string, Probe>>) => async (host: string) => outcomes[host] ?? 'absent';

  it('takes the own engine of a user whom the one of the host refuses', async () => {
    const own = 'unix:///run/user/1/podman/podman.sock';
    const probe = probes({ 'unix:///var/run/docker.sock': 'refused', [own]: 'answers' });
    expect(await findEngine(env, probe)).toBe(own);
  });

  it('says which engine refuses this user when there is no other', async () => {
    const probe = probes({ 'unix:///run/podman/podman.sock': 'refused' });
    await expect(findEngine(env, probe)).rejects.toThrow('The engine at unix:///run/podman/podman.sock refuses');
  });

  it('takes no other engine than that of DOCKER_HOST', async () => {
    const probe = probes({ 'unix:///var/run/docker.sock': 'answers' });
    const named = { ...env, DOCKER_HOST: 'tcp://127.0.0.1:9' };
    await expect(findEngine(named, probe)).rejects.toThrow('No engine answers at DOCKER_HOST=tcp://127.0.0.1:9');
  });

  it('finds nothing where nothing is', async () => {
    expect(await findEngine(env, probes({}))).toBeUndefined();
  });
});

describe('probeEngine', () => {
  it.each(['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:9', 'no url'])('finds nothing at %s', async (host) => {
    expect(await probeEngine(host)).toBe('absent');
  });
});
