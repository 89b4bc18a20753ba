import { describe, expect, it } from 'vitest';
import { findInHosts, namesToAsk, resolveHost } from './resolve-host.ts';

describe('findInHosts', () => {
  const file = '# 192.0.2.9 logs\n192.0.2.1\tlogs.example.org  logs # here\n2001:db8::1 LOGS\nlogs 192.0.2.3\n\n';

  it.each([
    ['logs', ['192.0.2.1', '2001:db8::1']],
    ['logs.example.org', ['192.0.2.1']],
    ['here', []],
    ['192.0.2.3', []],
  ])('has for %s: %j', (name, addresses) => {
    expect(findInHosts(file, name)).toEqual(addresses);
  });
});

describe('namesToAsk', () => {
  const file = 'domain old.example\nnameserver 127.0.0.11\nsearch a.example  b.example\noptions ndots:0\n';

  it.each([
    ['logs', file, ['logs.a.example', 'logs.b.example', 'logs']],
    ['logs.ops', file, ['logs.ops', 'logs.ops.a.example', 'logs.ops.b.example']],
    ['logs.', file, ['logs.']],
    ['logs', 'domain old.example', ['logs.old.example', 'logs']],
    ['logs', 'search .\n', ['logs']],
    ['logs', '', ['logs']],
    ['x', 'search 1 2 3 4 5 6 7', ['x.1', 'x.2', 'x.3', 'x.4', 'x.5', 'x.6', 'x']],
  ])('are for %s', (name, resolvConf, names) => {
    expect(namesToAsk(name, resolvConf)).toEqual(names);
  });
});

describe('resolveHost', () => {
  const never = new AbortController().signal;

  it.each(['192.0.2.1', '2001:db8::1'])('leaves the address %s as it is', async (address) => {
    expect(await resolveHost(address, never)).toEqual([address]);
  });

  it('knows what the hosts file knows', async () => {
    expect(await resolveHost('localhost', never)).toContain('127.0.0.1');
  });

  it('gives up when it is told to', async () => {
    await expect(resolveHost('logs.invalid', AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
  });
});
