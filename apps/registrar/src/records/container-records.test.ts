import { describe, expect, it } from 'vitest';
import { registrarDefaults } from '../config.ts';
import { sketchContainer } from '../testing/container.ts';
import { toContainerRecords } from './container-records.ts';
import { createSkydnsLayout } from './skydns-layout.ts';

const layout = createSkydnsLayout(['example', 'local'], registrarDefaults);

describe('toContainerRecords', () => {
  it('skips a service that has no key, naming the container and what is at fault, and keeps its neighbour', () => {
    const container = sketchContainer({
      ports: ['8080:80', '8443:443'],
      labels: { SERVICE_80_NAME: '../..', SERVICE_80_ID: '../../config' },
    });
    const { announced, skipped } = toContainerRecords(
      container,
      undefined,
      { name: 'node-1', addresses: { ipv4: '10.0.0.5' } },
      registrarDefaults,
      layout,
    );
    expect(announced.flatMap(({ entries }) => entries.map(({ key }) => key))).toEqual([
      '/skydns/local/example/web-443/node-1:web:443',
    ]);
    expect(skipped).toEqual([
      {
        port: '80/tcp',
        isFault: true,
        reason: expect.stringMatching(
          /^container web: port 80\/tcp has bad metadata \(SERVICE_ID\): a part of the instance ID /,
        ),
      },
    ]);
  });

  it('says of a name that is written otherwise what has become of it, naming the container', () => {
    const container = sketchContainer({ labels: { SERVICE_NAME: 'my.app' } });
    const host = { name: 'node-1', addresses: { ipv4: '10.0.0.5' } };
    const { announced, warnings } = toContainerRecords(container, undefined, host, registrarDefaults, layout);
    expect(announced.flatMap(({ entries }) => entries)).toMatchObject([
      { key: '/skydns/local/example/my%2eapp/node-1:web:80' },
    ]);
    expect(warnings).toEqual([
      'container web: port 80/tcp is registered as my%2eapp: its name cannot be a label as it is',
    ]);
  });

  it('tells of many things that were left out by their number', () => {
    const ports = Array.from({ length: 50 }, (_, index) => `${8000 + index}:${80 + index}`);
    const labels = { SERVICE_KEY: 'a', SERVICE_TOKEN: 'b', SERVICE_PASSWORD: 'c' };
    const host = { name: 'node-1', addresses: { ipv4: '10.0.0.5' } };
    const container = sketchContainer({ ports, labels });
    const { warnings } = toContainerRecords(container, undefined, host, registrarDefaults, layout);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)).toBe('container web: and 50 more of the like');
  });
});
