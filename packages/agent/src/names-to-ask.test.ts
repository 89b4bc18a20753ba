import { describe, expect, it } from 'vitest';
import { namesToAsk } from './names-to-ask.ts';

describe('namesToAsk', () => {
  const file = 'domain old.example\nnameserver 127.0.0.11\nsearch a.example  b.example\n';

  it.each([
    ['logs', file, ['logs.a.example', 'logs.b.example', 'logs']],
    ['logs.ops', file, ['logs.ops', 'logs.ops.a.example', 'logs.ops.b.example']],
    ['logs.', file, ['logs.']],
    ['logs', `${file}options ndots:0\n`, ['logs', 'logs.a.example', 'logs.b.example']],
    ['logs.ops', `${file}options edns0 ndots:2 trust-ad\n`, ['logs.ops.a.example', 'logs.ops.b.example', 'logs.ops']],
    ['a.b', 'search x\noptions ndots:5\noptions ndots:1', ['a.b', 'a.b.x']],
    ['logs', 'domain old.example', ['logs.old.example', 'logs']],
    ['logs', 'search .\n', ['logs']],
    ['logs', '', ['logs']],
    ['x', 'search 1 2 3 4 5 6 7', ['x.1', 'x.2', 'x.3', 'x.4', 'x.5', 'x.6', 'x']],
  ])('are for %s', (name, resolvConf, names) => {
    expect(namesToAsk(name, resolvConf)).toEqual(names);
  });
});
