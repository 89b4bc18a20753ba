import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileText } from '../testing/hostile-text.ts';
import { layoutRules, sketchService } from '../testing/service.ts';
import { createConsulLayout } from './consul-layout.ts';
import { checksumOf } from './consul-registration.ts';
import type { ServiceEntries } from './layout.ts';

const layout = createConsulLayout('node-1', layoutRules);

function write(sketch: Parameters<typeof sketchService>[0] = {}): ServiceEntries {
  const written = layout.toEntries(sketchService(sketch));
  if (!written.ok) throw new Error(written.error);
  return written.value;
}

function valueOf(sketch?: Parameters<typeof sketchService>[0]): string {
  return write(sketch).entries[0]?.value ?? '';
}

describe('createConsulLayout', () => {
  it("writes what the original writes, with the marks of this host's own", () => {
    const { entries, warnings } = write({ tags: ['a', 'b'], attributes: new Map([['region', 'us']]) });
    const checksum = checksumOf(entries[0]?.value ?? '') ?? '';
    expect(checksum).toMatch(/^[0-9a-f]{64}$/);
    expect(entries).toEqual([
      {
        key: 'node-1:web:80',
        value: `{"ID":"node-1:web:80","Name":"web","Address":"10.0.0.5","Port":8080,"Tags":["a","b"],"Meta":{"region":"us","wharf-host":"node-1","wharf-registration":"${checksum}"}}`,
      },
    ]);
    expect(warnings).toEqual([]);
  });

  it('has another checksum for whatever else changes, the check included', () => {
    const sketches = [{}, { port: 1 }, { tags: ['a'] }, { attributes: new Map([['check_tcp', 'true']]) }];
    expect(new Set(sketches.map((sketch) => checksumOf(valueOf(sketch)))).size).toBe(sketches.length);
  });

  it('takes no checksum from what a container says', () => {
    const forged = `"wharf-registration":"${'0'.repeat(64)}"`;
    const checksum = checksumOf(valueOf({ name: forged, tags: [forged], attributes: new Map([['a', forged]]) }));
    expect(checksum).toMatch(/[1-9a-f]/);
  });

  it('has the check of the attributes, which are not metadata then', () => {
    const attributes = new Map([
      ['check_http', '/health'],
      ['check_interval', '5s'],
    ]);
    const value = valueOf({ attributes });
    expect(value).toMatch(/,"Check":\{"HTTP":"http:\/\/10\.0\.0\.5:8080\/health","Interval":"5s"\}\}$/);
    expect(value).not.toContain('check_');
  });

  it.each([
    ['two words', 'x', 'letters, digits'],
    ['region', 'x'.repeat(513), 'octets'],
    ['consul-x', 'x', 'reserved'],
    ['wharf-host', 'node-2', 'reserved'],
    ['api_token', 'x', 'secret'],
  ])('leaves out the attribute %s, and says why', (key, value, why) => {
    const { entries, warnings } = write({ attributes: new Map([[key, value]]) });
    expect(entries[0]?.value).toContain('"Meta":{"wharf-host":"node-1"');
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^is registered without its attribute "${key}": .*${why}`)),
    ]);
  });

  it('has no more metadata than Consul takes', () => {
    const attributes = new Map(Array.from({ length: 100 }, (_, index) => [`part-${index}`, 'x']));
    const { entries, warnings } = write({ attributes });
    expect(entries[0]?.value.match(/"part-/g)).toHaveLength(62);
    expect(warnings).toHaveLength(38);
  });

  it.each([
    { id: '..', names: 'SERVICE_ID' },
    { id: 'a//b', names: 'SERVICE_ID' },
    { id: 'a%2fb', names: 'SERVICE_ID' },
    { name: '', names: 'SERVICE_NAME' },
    { attributes: new Map([['check_http', '@example.org/']]), names: 'SERVICE_CHECK_HTTP' },
  ])('refuses $id $name $attributes, naming $names', ({ names, ...sketch }) => {
    const written = layout.toEntries(sketchService(sketch));
    expect(written.ok ? 'accepted' : written.error).toContain(`has bad metadata (${names}): `);
  });

  it('gives each ID a path of its own, whatever containers say', () => {
    fc.assert(
      fc.property(hostileText, (id) => {
        const written = layout.toEntries(sketchService({ id }));
        if (!written.ok) return;
        const path = `/v1/agent/service/deregister/${encodeURIComponent(id)}`;
        const { pathname } = new URL(path, 'http://127.0.0.1');
        expect(decodeURIComponent(decodeURIComponent(pathname))).toBe(`/v1/agent/service/deregister/${id}`);
      }),
    );
  });
});
