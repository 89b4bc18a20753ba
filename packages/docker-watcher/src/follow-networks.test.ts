import { silentLogger, systemClock } from '@wharf/agent';
import { type Dockerd, eventually, importSampleImage, SAMPLE_IMAGE, startDockerd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerEngine } from './engine.ts';
import { followContainers } from './follow-containers.ts';
import type { ContainerChange, Follower } from './follower.ts';

const PATIENCE = { timeoutMs: 25_000 };

describe('followContainers with a Docker engine that has IPv6', { timeout: 60_000 }, () => {
  let dockerd: Dockerd;
  let engine: DockerEngine;
  let follower: Follower;
  let changes: ContainerChange[];

  beforeAll(async () => {
    dockerd = await startDockerd({ args: ['--ipv6', '--fixed-cidr-v6=fd00:77::/64'] });
    await importSampleImage(dockerd.socketPath);
    await dockerd.docker('network', 'create', '--ipv6', '--subnet', '10.77.0.0/24', '--subnet', 'fd00:78::/64', 'back');
    engine = createDockerEngine({ dockerHost: `unix://${dockerd.socketPath}` });
    changes = [];
    follower = followContainers(
      engine,
      { onSnapshot: () => undefined, onChange: (change) => changes.push(change) },
      { clock: systemClock, log: silentLogger, random: Math.random },
    );
  });

  afterAll(async () => {
    follower.stop();
    engine.close();
    await dockerd.stop();
  });

  it('sees a running container come to a network and go, with its addresses of both families', async () => {
    await eventually('following', () => expect(follower.status().phase).toBe('following'), PATIENCE);
    const id = await dockerd.docker(
      'run',
      '-d',
      '--stop-signal',
      'KILL',
      '-p',
      '8080:80',
      SAMPLE_IMAGE,
      'sleep',
      '1000',
    );
    const bridge = {
      name: 'bridge',
      ipv4: expect.stringMatching(/^172\.17\./),
      ipv6: expect.stringMatching(/^fd00:77::/),
    };
    const back = { name: 'back', ipv4: '10.77.0.2', ipv6: 'fd00:78::2' };
    const seen = (action: string): ContainerChange | undefined => changes.find((change) => change.action === action);
    await eventually('start', () => expect(seen('start')?.container?.networks).toEqual([bridge]), PATIENCE);
    expect(seen('start')?.container?.ports[0]?.bindings).toEqual([
      { hostIp: '0.0.0.0', hostPort: 8080 },
      { hostIp: '::', hostPort: 8080 },
    ]);

    await dockerd.docker('network', 'connect', 'back', id);
    await eventually('connected', () => expect(follower.containers().get(id)?.networks).toEqual([back, bridge]));
    expect(seen('network_connect')).toMatchObject({ id, attributes: { network: 'back' } });

    await dockerd.docker('network', 'disconnect', 'back', id);
    await eventually('disconnected', () => expect(follower.containers().get(id)?.networks).toEqual([bridge]));

    await dockerd.docker('rm', '-f', id);
    await eventually('gone', () => expect(changes.at(-1)?.action).toBe('destroy'), PATIENCE);
    // Some versions of Docker tell twice of a network that a container leaves.
    const actions = changes.map(({ action }) => action).filter((action, at, all) => action !== all[at - 1]);
    const ofNetworks = ['network_connect', 'network_disconnect'];
    expect(actions).toEqual(['create', 'start', ...ofNetworks, 'kill', 'die', 'destroy']);
  });
});
