import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsCredentials, parseRegistryUri } from './registry-uri.ts';

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
  ])('%s', (text, value) => {
    expect(parseRegistryUri(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'is not a registry URI'],
    ['skydns2', 'is not a registry URI'],
    ['redis://127.0.0.1/x', 'has the unknown scheme redis'],
    ['skydns2://10.0.0.1:4001', 'is not a registry URI'],
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
    ['skydns2://10.0.0.1/example.local/more', 'is not a registry URI'],
  ])('%s %s', (text, error) => {
    const parsed = parseRegistryUri(text);
    expect(parsed.ok ? 'accepted' : parsed.error).toContain(error);
    expect(parsed.ok ? '' : parsed.error).not.toContain('secret');
  });

  it('never throws', () => {
    const neverThrows = fc.property(fc.string(), (text) => void parseRegistryUri(`skydns2://${text}`));
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
