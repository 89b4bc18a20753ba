import type { ContainerState } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import type { AnnouncedService, ContainerRecords } from '../records/container-records.ts';
import { type ContainerSketch, sketchContainer } from '../testing/container.ts';
import { sketchService } from '../testing/service.ts';
import { sketchRecords } from '../testing/sketch-records.ts';
import { type ContainerFacts, explainContainer } from './explain-container.ts';

const explain = (
  sketch: ContainerSketch = {},
  records: Partial<ContainerRecords> = {},
  duplicates: ContainerFacts['duplicates'] = [],
): string => {
  const container = sketchContainer(sketch);
  return explainContainer({ container, records: { ...sketchRecords(container.name, []), ...records }, duplicates });
};

const web: AnnouncedService = {
  service: sketchService({
    tags: ['eu', 'blue'],
    attributes: new Map([
      ['region', 'us'],
      ['api_token', 'hidden'],
    ]),
  }),
  entries: [{ key: '/skydns/local/example/web/node-1:web:80', value: '{"host":"10.0.0.5","port":8080,"ttl":60}' }],
};

describe('explainContainer', () => {
  it('shows the container, its services with keys and values, what is left out and why, and warnings', () => {
    const second: AnnouncedService = {
      service: sketchService({
        id: 'node-1:web:53:udp',
        address: 'fd00::5',
        port: 53,
        containerPort: 53,
        protocol: 'udp',
      }),
      entries: [
        { key: '/skydns/local/example/web/node-1:web:53:udp', value: '{"host":"fd00::5","port":53,"ttl":60}' },
        { key: '/skydns/local/example/_udp/_web/node-1:web:53:udp', value: '{"host":"fd00::5","port":53,"ttl":60}' },
      ],
    };
    const text = explain(
      {},
      {
        announced: [web, second],
        skipped: [
          { port: '443/tcp', reason: 'container web: port 443/tcp is not published on the host' },
          { port: '*', reason: 'container web has no tags' },
          { port: '99/tcp', reason: 'somebody said so' },
        ],
        warnings: ['container web: an attribute is left out: label SERVICE_X is 5000 characters long'],
      },
      [{ key: '/skydns/local/example/web/node-1:web:53:udp', holder: 'old', loser: 'web' }],
    );
    expect(text).toMatchInlineSnapshot(`
      "container   web
      ID          776562000000
      image       example/web:1
      state       running since 2026-01-01T00:00:00.000000000Z

      service     web
        ID          node-1:web:80
        address     10.0.0.5:8080, for port 80/tcp of the container
        tags        eu, blue
        attributes  api_token, region
        key         /skydns/local/example/web/node-1:web:80
        value       {"host":"10.0.0.5","port":8080,"ttl":60}

      service     web
        ID          node-1:web:53:udp
        address     [fd00::5]:53, for port 53/udp of the container
        key         /skydns/local/example/web/node-1:web:53:udp
        value       {"host":"fd00::5","port":53,"ttl":60}
        but         container old asks for this key too, and has it
        key         /skydns/local/example/_udp/_web/node-1:web:53:udp
        value       {"host":"fd00::5","port":53,"ttl":60}

      left out:
        all ports   has no tags
        99/tcp      somebody said so
        443/tcp     is not published on the host

      warnings:
        an attribute is left out: label SERVICE_X is 5000 characters long
      "
    `);
    expect(text).not.toContain('hidden');
  });

  it.each<{ readonly state: Partial<ContainerState>; readonly shown: string }>([
    { state: {}, shown: 'running since 2026-01-01T00:00:00.000000000Z' },
    { state: { health: 'starting' }, shown: 'running since 2026-01-01T00:00:00.000000000Z, health check: starting' },
    {
      state: { paused: true, health: 'healthy' },
      shown: 'paused since 2026-01-01T00:00:00.000000000Z, health check: healthy',
    },
    { state: { running: true, restarting: true, exitCode: 3 }, shown: 'waits to be started again, after exit code 3' },
    { state: { running: false, exitCode: 137 }, shown: 'ended with exit code 137' },
    { state: { running: false, startedAt: '0001-01-01T00:00:00Z' }, shown: 'never started' },
    { state: { running: false, startedAt: '' }, shown: 'never started' },
  ])('calls $state: $shown', ({ state, shown }) => {
    expect(explain({ state })).toContain(`\nstate       ${shown}\n`);
  });

  it.each<{ readonly name: string; readonly sketch: ContainerSketch; readonly skips: boolean; readonly why: string }>([
    {
      name: 'does not run',
      sketch: { state: { running: false } },
      skips: false,
      why: 'none: it is not running, so nothing is registered',
    },
    { name: 'has left out ports alone', sketch: {}, skips: true, why: 'none' },
    {
      name: 'has no ports',
      sketch: { ports: [] },
      skips: false,
      why: 'none: it has no ports (EXPOSE and --expose name them, -p publishes them)',
    },
  ])('says why a container that $name gives no services', ({ sketch, skips, why }) => {
    const skipped = skips ? [{ port: '80/tcp', reason: 'container web: port 80/tcp is ignored' }] : [];
    const text = explain(sketch, { skipped });
    expect(text).toContain(`\nservices    ${why}\n`);
    expect(text.includes('\nleft out:\n  80/tcp      is ignored\n')).toBe(skips);
  });

  it('lets nothing of what a container says reach a terminal as anything but text', () => {
    const hostile = 'x\u001b[2J\r\nservice fake\u202e\u009b';
    const text = explain(
      { name: hostile, image: hostile },
      {
        announced: [
          {
            service: sketchService({
              id: hostile,
              name: hostile,
              tags: [hostile],
              attributes: new Map([[hostile, hostile]]),
            }),
            entries: [{ key: hostile, value: hostile }],
          },
        ],
        skipped: [{ port: hostile, reason: hostile }],
        warnings: [hostile],
      },
      [{ key: hostile, holder: `${hostile}!`, loser: hostile }],
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^service fake/m);
    expect(text.match(/\\u001b\[2J\\u000d\\u000aservice fake\\u202e\\u009b/g)).toHaveLength(12);
  });
});
