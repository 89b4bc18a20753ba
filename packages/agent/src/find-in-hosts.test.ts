import { describe, expect, it } from 'vitest';
import { findInHosts } from './find-in-hosts.ts';

describe('findInHosts', () => {
  const file = '# 192.0.2.9 logs\n192.0.2.1\tlogs.example.org  logs # here\n2001:db8::1 LOGS\nlogs 192.0.2.3\n\n';

  it.each([
    ['logs', ['192.0.2.1', '2001:db8::1']],
    ['logs.', ['192.0.2.1', '2001:db8::1']],
    ['logs.example.org', ['192.0.2.1']],
    ['here', []],
    ['192.0.2.3', []],
    ['localhost', ['127.0.0.1', '::1']],
    ['logs.localhost', ['127.0.0.1', '::1']],
  ])('has for %s: %j', (name, addresses) => {
    expect(findInHosts(file, name)).toEqual(addresses);
  });

  it('believes the file about localhost', () => {
    expect(findInHosts('127.0.0.9 localhost', 'localhost')).toEqual(['127.0.0.9']);
  });
});
