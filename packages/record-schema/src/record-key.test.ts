import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instanceLabels } from './instance-labels.ts';
import { labelsOfKey } from './key.ts';
import { recordKey } from './record-key.ts';

const domain = ['staging', 'example', 'local'];
const locate = (serviceName: string, instanceId: string) => {
  const instance = instanceLabels(instanceId);
  return instance.ok ? recordKey({ prefix: 'skydns', domain, serviceName, instance: instance.value }) : instance;
};

describe('recordKey with instanceLabels', () => {
  it.each([
    ['web', 'host:box:8080', '/skydns/local/example/staging/web/host:box:8080'],
    ['dns-53', 'host:box:53:udp', '/skydns/local/example/staging/dns-53/host:box:53:udp'],
    ['web', 'eu/1', '/skydns/local/example/staging/web/eu/1'],
    ['web', '50%', '/skydns/local/example/staging/web/50%25'],
    ['_http', '1', '/skydns/local/example/staging/_http/1'],
  ])('of service %j with ID %j is %s', (serviceName, instanceId, key) => {
    expect(locate(serviceName, instanceId)).toEqual({ ok: true, value: key });
  });

  it.each([
    ['../..', 'config', 'the service name cannot be a label: it contains a slash, which separates labels in a key'],
    ['..', 'config', 'the service name cannot be a label: ".." would be a step in a path, not a name'],
    ['', '1', 'the service name cannot be a label: it is empty'],
    ['a\u0000b', '1', 'the service name cannot be a label: it contains a control character'],
    ['x'.repeat(64), '1', 'the service name cannot be a label: a label has 64 octets, at most 63 fit'],
    ['a.b', '1', 'the service name contains a dot: it must be a single label'],
    ['web', '', 'a part of the instance ID cannot be a label: it is empty'],
    ['web', '/1', 'a part of the instance ID cannot be a label: it is empty'],
    ['web', '../config', 'a part of the instance ID cannot be a label: ".." would be a step in a path, not a name'],
    ['web', 'a\nb', 'the instance ID contains a control character'],
    ['web', '\ud800', 'the instance ID is not UTF-8'],
    ['dns', 'stub/example.org/1', 'what is below stub.dns tells DNS servers about the zone, and is no service'],
    ['web', 'x'.repeat(1_025), 'the instance ID has 1025 characters, at most 1024 are taken'],
  ])('refuses service %j with ID %.20j', (serviceName, instanceId, reason) => {
    expect(locate(serviceName, instanceId)).toEqual({ ok: false, error: reason });
  });

  it('refuses the root as the domain', () => {
    const result = recordKey({ prefix: 'skydns', domain: [], serviceName: 'config', instance: ['1'] });
    expect(result.ok).toBe(false);
  });

  it('refuses a name that is too long as a whole', () => {
    expect(locate('web', Array.from({ length: 5 }, () => 'x'.repeat(60)).join('/')).ok).toBe(false);
  });

  it('is always below the service, whatever name and ID say', () => {
    const hostile = fc.string({ unit: fc.constantFrom('.', '/', '%', 'a', '\u0000', ' '), maxLength: 12 });
    const anything = fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 80 }));
    fc.assert(
      fc.property(anything, anything, (serviceName, instanceId) => {
        const key = locate(serviceName, instanceId);
        fc.pre(key.ok);
        const segments = (key.ok ? key.value : '').split('/');
        expect(segments.slice(0, 6)).toEqual(['', 'skydns', 'local', 'example', 'staging', serviceName]);
        expect(segments.length).toBeGreaterThan(6);
        expect(segments.some((segment) => segment === '..' || segment === '.')).toBe(false);
        expect(labelsOfKey('skydns', key.ok ? key.value : '')?.slice(-4)).toEqual([serviceName, ...domain]);
      }),
    );
  });
});

describe('recordKey', () => {
  const below = (serviceName: string, instance: readonly string[]) =>
    recordKey({ prefix: 'skydns', domain, serviceName, instance });

  it.each([
    ['web', ['host--3abox--3a80'], '/skydns/local/example/staging/web/host--3abox--3a80'],
    ['my%2eapp', ['1', 'eu'], '/skydns/local/example/staging/my%2eapp/eu/1'],
    ['web', ['50%'], '/skydns/local/example/staging/web/50%'],
  ])('of service %j and labels %j is %s', (serviceName, instance, key) => {
    expect(below(serviceName, instance)).toEqual({ ok: true, value: key });
  });

  it.each([
    ['a.b', ['1'], 'the service name contains a dot: it must be a single label'],
    ['..', ['1'], 'the service name cannot be a label: ".." would be a step in a path, not a name'],
    ['web', [], 'an instance needs a label of its own below its service'],
  ])('is refused for service %j and labels %j', (serviceName, instance, reason) => {
    expect(below(serviceName, instance)).toEqual({ ok: false, error: reason });
  });

  it.each([[['..']], [['a/b']], [['1', '']], [['a\nb']], [['x'.repeat(64)]]])(
    'is refused for labels %.20j',
    (instance) => {
      expect(below('web', instance).ok).toBe(false);
    },
  );

  it('is refused under the root', () => {
    expect(recordKey({ prefix: 'skydns', domain: [], serviceName: 'web', instance: ['1'] }).ok).toBe(false);
  });
});
