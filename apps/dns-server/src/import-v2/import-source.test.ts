import { describe, expect, it } from 'vitest';
import { parseImportSource } from './import-source.ts';

describe('parseImportSource', () => {
  it.each([
    ['http://10.0.0.11:4001', 'skydns', 'http://10.0.0.11:4001', 'skydns'],
    ['https://etcd.example.org:2379/', '/teams/a/', 'https://etcd.example.org:2379', 'teams/a'],
    ['http://[fd00::1]:4001/skydns/local/example/_tcp', 'skydns', 'http://[fd00::1]:4001', 'skydns/local/example/_tcp'],
    ['http://a:4001/skydns/a%20b', 'skydns', 'http://a:4001', 'skydns/a b'],
  ])('reads %s under %s', (text, prefix, origin, path) => {
    expect(parseImportSource(text, prefix)).toEqual({ ok: true, value: { origin, path } });
  });

  it.each([
    ['10.0.0.11:4001', 'is not the URL'],
    ['ftp://10.0.0.11', 'is not the URL'],
    ['http://me:secret@10.0.0.11', 'holds credentials'],
    ['http://10.0.0.11?x=1', 'more than a path'],
    ['http://10.0.0.11/registry', 'not in /skydns'],
    ['http://10.0.0.11/skydns2', 'not in /skydns'],
    ['http://10.0.0.11/skydns/%ff', 'not percent-encoded'],
  ])('refuses %s', (text, message) => {
    expect(parseImportSource(text, 'skydns')).toEqual({ ok: false, error: expect.stringContaining(message) });
  });
});
