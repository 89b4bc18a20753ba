import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestEngine } from './engine-http.ts';
import { startPodman } from './podman.ts';
import type { PrivateEngine } from './private-engine.ts';
import { importSampleImage, SAMPLE_IMAGE } from './sample-image.ts';

describe('startPodman', () => {
  let podman: PrivateEngine;

  beforeAll(async () => {
    podman = await startPodman();
    await importSampleImage(podman.socketPath);
  });

  afterAll(() => podman.stop());

  it('runs containers of the sample image', async () => {
    const id = await podman.docker('run', '-d', '--network', 'none', SAMPLE_IMAGE, 'echo', 'ahoy');
    await podman.docker('wait', id);
    expect(await podman.docker('logs', id)).toBe('ahoy');
    await podman.docker('rm', id);
  });

  it('is Podman indeed', async () => {
    const { body } = await requestEngine(podman.socketPath, 'GET', '/version');
    expect(body).toContain('Podman Engine');
  });
});
