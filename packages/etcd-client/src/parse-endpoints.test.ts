import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEndpoints } from './parse-endpoints.ts';

describe('parseEndpoints', () => {
  it.each([
    { texts: ['10.0.0.1:2379'], value: ['http://10.0.0.1:2379'] },
    { texts: ['http://10.0.0.1:4001/'], value: ['http://10.0.0.1:4001'] },
    { texts: ['etcd'], value: ['http://etcd:2379'] },
    { texts: ['https://etcd.example.local'], value: ['https://etcd.example.local:2379'] },
    { texts: ['http://a:80', 'http://b'], value: ['http://a:80', 'http://b:2379'] },
    { texts: ['http://a:1, http://b:2,,', 'c'], value: ['http://a:1', 'http://b:2', 'http://c:2379'] },
    { texts: ['http://[::1]'], value: ['http://[::1]:2379'] },
    { texts: ['[2001:db8::1]:4001'], value: ['http://[2001:db8::1]:4001'] },
    { texts: ['a:1', 'http://a:1'], value: ['http://a:1'] },
    { texts: ['HTTPS://A:1'], value: ['https://a:1'] },
  ])('reads $texts', ({ texts, value }) => {
    expect(parseEndpoints(texts)).toEqual({ ok: true, value });
  });

  it.each([
    { texts: [], error: 'no etcd endpoint is given, such as http://10.0.0.1:2379' },
    { texts: [' ', ','], error: 'no etcd endpoint is given, such as http://10.0.0.1:2379' },
    { texts: ['ftp://a:1'], error: 'etcd endpoint ftp://a:1: ftp:// is not http:// or https://' },
    { texts: ['http://a:99999'], error: 'etcd endpoint http://a:99999: not of the form http://host:port' },
    { texts: ['http://'], error: 'etcd endpoint http://: not of the form http://host:port' },
    { texts: ['a:1/v2/keys'], error: 'etcd endpoint a:1/v2/keys: only a host and a port can be given' },
    {
      texts: ['http://root:secret@a:1'],
      error: 'etcd endpoint http://***@a:1: give the user and the password by their own options',
    },
    { texts: ['root:secret@a b'], error: 'etcd endpoint ***@a b: not of the form http://host:port' },
    { texts: ['ftp://a', 'b/c'], error: /ftp:\/\/ is not .*; etcd endpoint b\/c: only a host/ },
    {
      texts: ['http://a', 'https://b'],
      error: 'http://a:2379, https://b:2379: endpoints must be all http or all https',
    },
  ])('refuses $texts', ({ texts, error }) => {
    const parsed = parseEndpoints(texts);
    expect(parsed.ok ? 'ok' : parsed.error).toMatch(error instanceof RegExp ? error : new RegExp(`^${escape(error)}$`));
  });

  it('reads what it has written, whatever it was given, and throws at nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.domain())), (texts) => {
        const parsed = parseEndpoints(texts);
        expect(parsed.ok ? parseEndpoints(parsed.value) : parsed).toEqual(parsed);
      }),
    );
  });
});

function escape(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}
