import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registrySchemes } from './registries/schemes.ts';
import { dnsSdErrors, holdsCredentials, parseRegistryUri, registryUriSummary } from './registry-uri.ts';

describe('parseRegistryUri', () => {
  it.each([
    [
      'skydns2://10.0.0.1:4001/staging.example.local',
      { scheme: 'skydns2', endpoints: ['10.0.0.1:4001'], domain: ['staging', 'example', 'local'] },
    ],
    [
      'skydns2://10.0.0.1:2379,etcd.example.org,[2001:db8::1]:2379/example.local/',
      {
        scheme: 'skydns2',
        endpoints: ['10.0.0.1:2379', 'etcd.example.org:2379', '[2001:db8::1]:2379'],
        domain: ['example', 'local'],
      },
    ],
    ['memory:///example.local', { scheme: 'memory', domain: ['example', 'local'] }],
    ['SKYDNS2://etcd/local', { scheme: 'skydns2', endpoints: ['etcd:2379'], domain: ['local'] }],
    ['etcd://10.0.0.1/services', { scheme: 'etcd', endpoints: ['10.0.0.1:2379'], path: '/services' }],
    [
      'etcd://10.0.0.1:4001,[2001:db8::1]/teams/a/services/',
      { scheme: 'etcd', endpoints: ['10.0.0.1:4001', '[2001:db8::1]:2379'], path: '/teams/a/services' },
    ],
    ['consul://10.0.0.1:8501', { scheme: 'consul', endpoint: '10.0.0.1:8501' }],
    ['consul://10.0.0.1/', { scheme: 'consul', endpoint: '10.0.0.1:8500' }],
    ['consul://', { scheme: 'consul', endpoint: '127.0.0.1:8500' }],
    ['consul:', { scheme: 'consul', endpoint: '127.0.0.1:8500' }],
  ])('%s', (text, value) => {
    expect(parseRegistryUri(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'is not a registry URI'],
    ['skydns2://10.0.0.1:4001/${DOMAIN}', 'holds a variable that nobody has filled in'],
    ['skydns2://$IP:4001/example.local', 'holds a variable'],
    ['skydns2', 'is not a registry URI'],
    ['redis://127.0.0.1/x', 'has the unknown scheme redis'],
    ['skydns2://10.0.0.1:4001', 'names no domain: it must be skydns2://host:port'],
    ['skydns2://10.0.0.1:4001/', 'names no domain'],
    ['skydns2://10.0.0.1:4001/a..b', 'has a bad domain: a label is empty'],
    ['skydns2://10.0.0.1:4001/.', 'names the root'],
    ['skydns2:///example.local', 'has an empty endpoint'],
    ['skydns2://10.0.0.1:2379,/example.local', 'has an empty endpoint'],
    ['skydns2://10.0.0.1:0/example.local', 'has the bad endpoint 10.0.0.1:0'],
    ['skydns2://10.0.0.1:65536/example.local', 'has the bad endpoint 10.0.0.1:65536'],
    ['skydns2://2001:db8::1/example.local', 'has the bad endpoint'],
    ['skydns2://me:secret@10.0.0.1/example.local', 'holds credentials'],
    ['skydns2://me:secret/x@10.0.0.1', 'holds credentials'],
    ['memory://10.0.0.1/example.local', 'names a host'],
    ['skydns2://10.0.0.1/example.local/more', 'has more than a domain'],
    ['etcd://10.0.0.1:2379', 'names no path'],
    ['etcd:///services', 'has an empty endpoint'],
    ['etcd://10.0.0.1/a//b', 'has a bad path'],
    ['etcd://10.0.0.1/a/../b', 'has a bad path'],
    ['etcd://10.0.0.1/a\u0000', 'has a bad path'],
    ['etcd://10.0.0.1/skydns', 'has a path below /skydns, where only records may be'],
    ['etcd://10.0.0.1/wharf/x', 'has a path below /wharf, where only claims may be'],
    ['etcd://me:secret@10.0.0.1/x', 'holds credentials'],
    ['consul://10.0.0.1/path', 'has a path'],
    ['consul://10.0.0.1,10.0.0.2', 'has the bad endpoint'],
    ['consul://secret@10.0.0.1', 'CONSUL_HTTP_TOKEN'],
    ['consulkv://10.0.0.1/x', 'use consul://'],
    ['consul-tls://10.0.0.1:8501', 'use consul://'],
    ['consul-unix:///run/consul.sock', 'use consul://'],
    ['zookeeper://10.0.0.1/x', 'use etcd://'],
  ])('%s %s', (text, error) => {
    const parsed = parseRegistryUri(text);
    expect(parsed.ok ? 'accepted' : parsed.error).toContain(error);
    expect(parsed.ok ? '' : parsed.error).not.toContain('secret');
  });

  it('never throws', () => {
    const schemes = fc.constantFrom('skydns2', 'etcd', 'consul', 'memory');
    const neverThrows = fc.property(
      schemes,
      fc.string(),
      (scheme, text) => void parseRegistryUri(`${scheme}://${text}`),
    );
    expect(fc.check(neverThrows).failed).toBe(false);
  });
});

describe('holdsCredentials', () => {
  it.each([
    ['skydns2://me:secret@10.0.0.1/x', true],
    ['skydns2://me:sec/ret@10.0.0.1/x', true],
    ['skydns2://10.0.0.1/x', false],
  ])('%s: %s', (text, holds) => {
    expect(holdsCredentials(text)).toBe(holds);
  });
});

describe('the declarations of schemes', () => {
  it.each(registrySchemes)('$scheme is in the help, and in the error for one that is unknown', ({ form }) => {
    const unknown = parseRegistryUri('redis://127.0.0.1/x');
    expect(registryUriSummary).toContain(form);
    expect(unknown.ok ? '' : unknown.error).toContain(form);
  });
});

describe('dnsSdErrors', () => {
  it.each([
    ['skydns2://etcd/local', 0],
    ['memory:///local', 0],
    ['etcd://etcd/services', 1],
    ['consul://', 1],
  ])('%s: %i', (text, count) => {
    const registry = parseRegistryUri(text);
    if (!registry.ok) throw new Error(registry.error);
    expect(dnsSdErrors(registry.value, true)).toHaveLength(count);
    expect(dnsSdErrors(registry.value, false)).toEqual([]);
  });
});
