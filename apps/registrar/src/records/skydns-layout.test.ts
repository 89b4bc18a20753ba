import { describe, expect, it } from 'vitest';
import type { Service } from '../services/service.ts';
import { createSkydnsLayout } from './skydns-layout.ts';

const service: Service = {
  containerId: 'abc',
  containerName: 'web',
  id: 'node-1:web:80',
  name: 'web',
  address: '10.0.0.5',
  port: 8080,
  containerPort: 80,
  protocol: 'tcp',
  tags: [],
  attributes: new Map(),
  ttlSeconds: 40,
};

describe('createSkydnsLayout', () => {
  const layout = createSkydnsLayout(['staging', 'example', 'local']);

  it("writes the original's key, and its value with a TTL", () => {
    expect(layout.toRecord(service)).toEqual({
      ok: true,
      value: {
        key: '/skydns/local/example/staging/web/node-1:web:80',
        value: '{"host":"10.0.0.5","port":8080,"ttl":40}',
      },
    });
  });

  it('keeps the slashes of an ID, as the original does', () => {
    expect(layout.toRecord({ ...service, id: 'eu/1' })).toMatchObject({
      value: { key: '/skydns/local/example/staging/web/eu/1' },
    });
  });

  it.each([
    ['steps out of the domain', { name: '../..', id: 'config' }],
    ['an ID that steps out of the service', { id: '../../config' }],
    ['an absolute ID', { id: '/skydns/config' }],
    ['an empty name', { name: '' }],
    ['a name with a dot', { name: 'a.b' }],
    ['a name that is too long', { name: 'x'.repeat(64) }],
  ])('refuses %s', (_, more) => {
    expect(layout.toRecord({ ...service, ...more })).toMatchObject({ ok: false });
  });
});
