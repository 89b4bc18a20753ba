import { describe, expect, it } from 'vitest';
import { sketchContainer } from '../testing/container.ts';
import { toContainerRecords } from './container-records.ts';
import { createSkydnsLayout } from './skydns-layout.ts';

const rules = { ip: undefined, internal: false, explicit: false, naming: 'v5', ttlSeconds: 60 } as const;
const layout = createSkydnsLayout(['example', 'local']);

describe('toContainerRecords', () => {
  it('skips a service that has no key, naming the container and the keys at fault, and keeps its neighbour', () => {
    const container = sketchContainer({
      ports: ['8080:80', '8443:443'],
      labels: { SERVICE_80_NAME: '../..', SERVICE_80_ID: 'config' },
    });
    const { announced, skipped } = toContainerRecords(
      container,
      undefined,
      { name: 'node-1', address: '10.0.0.5' },
      rules,
      layout,
    );
    expect(announced.map(({ key }) => key)).toEqual(['/skydns/local/example/web-443/node-1:web:443']);
    expect(skipped).toEqual([
      {
        port: '80/tcp',
        reason: expect.stringMatching(
          /^container web: port 80\/tcp has bad metadata \(SERVICE_NAME, SERVICE_ID\): the /,
        ),
      },
    ]);
  });
});
