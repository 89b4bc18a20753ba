import { describe, expect, it } from 'vitest';
import { parseSinkOptions } from './sink-options.ts';

describe('parseSinkOptions', () => {
  it.each<['loki' | 'json', Record<string, string>, object]>([
    ['json', {}, { gzipLevel: 0 }],
    ['json', { gzip: 'off', 'tls.ca': 'x' }, { gzipLevel: 0 }],
    [
      'json',
      { gzip: '6', 'authorization-file': '/run/secrets/key' },
      { gzipLevel: 6, authorizationFile: '/run/secrets/key' },
    ],
    ['loki', { tenant: 'team-1' }, { gzipLevel: 0, tenant: 'team-1' }],
  ])('of a route of %s parses %j', (adapter, options, value) => {
    expect(parseSinkOptions(adapter, new Map(Object.entries(options)))).toEqual({ ok: true, value });
  });

  it('finds all errors', () => {
    const options = new Map([
      ['gzip', '9'],
      ['tenant', 'a b'],
      ['authorization-file', ''],
    ]);
    expect(parseSinkOptions('json', options)).toEqual({
      ok: false,
      error: [
        'has an authorization-file without a name',
        'has a tenant, which only Loki knows',
        'has a tenant that cannot be one',
        'has a gzip of 9, which is neither off nor 1 to 6',
      ],
    });
  });
});
