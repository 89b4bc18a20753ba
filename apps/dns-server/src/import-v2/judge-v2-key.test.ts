import { describe, expect, it } from 'vitest';
import { judgeV2Key } from './judge-v2-key.ts';

const RECORD = '{"host":"10.0.0.1","port":80}';
const judge = (key: string, value = RECORD, ttlSeconds?: number, registrations = false) =>
  judgeV2Key({ key, value, ttlSeconds }, { pathPrefix: '/skydns/', registrations });

describe('judgeV2Key', () => {
  it.each([
    ['/skydns/local/example/db', RECORD],
    ['/skydns/local/example/web/1', '{"Host":"10.0.0.1","extra":1}'],
    ['/skydns/arpa/in-addr/10/0/0/1', '{"host":"web.example.local"}'],
    ['/skydns/local/example/dns/stub/com/corp/ns1', '{"host":"10.0.0.53","port":53}'],
    ['/skydns/local/example/dns/ns/a', RECORD],
    ['/skydns/config', '{"domain":"example.local.","unknown":1}'],
    ['/skydns/local/config', RECORD],
    ['/skydns/local/example/web/only-one', RECORD],
    ['/skydns/local/example/web/a:b', RECORD],
  ])('takes %s as it is', (key, value) => {
    expect(judge(key, value)).toEqual({ ok: true, value: { key, value, ttlSeconds: undefined } });
  });

  it.each([
    ['/skydns/local//db', RECORD, 'no name'],
    ['/skydns2/local/db', RECORD, 'no name'],
    ['/skydns/local/a\u0007b', RECORD, 'no name has'],
    ['/skydns/config', 'domain=x', 'is not a JSON object'],
    ['/skydns/local/example/db', '{"host":', 'it is not JSON'],
    ['/skydns/local/example/db', '{"port":"80"}', '"port"'],
    ['/skydns/local/example/db', `{"text":"${'x'.repeat(70_000)}"}`, 'characters'],
    ['/skydns/local/example/web/h:web:80', RECORD, 'registration'],
    ['/skydns/local/example/dns/h:bind:53:udp', RECORD, 'registration'],
  ])('leaves out %s with %j', (key, value, reason) => {
    expect(judge(key, value.slice(0, 80_000))).toEqual({ ok: false, error: expect.stringContaining(reason) });
  });

  it('takes what has a TTL, and registrations, when asked to', () => {
    for (const [key, value] of [
      ['/skydns/local/example/db', RECORD],
      ['/skydns/config', '{"domain":"example.local."}'],
    ] as const) {
      expect(judge(key, value, 40)).toMatchObject({ ok: false, error: expect.stringContaining('has a TTL') });
    }
    expect(judge('/skydns/local/example/db', RECORD, 40, true)).toMatchObject({ ok: true, value: { ttlSeconds: 40 } });
    expect(judge('/skydns/local/example/web/h:web:80', RECORD, undefined, true)).toMatchObject({ ok: true });
    expect(judge('/skydns/local/example/db', RECORD, 0, true)).toMatchObject({ ok: false, error: 'its time is over' });
  });
});
