import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostileText } from '../testing/hostile-text.ts';
import { layoutRules, sketchService } from '../testing/service.ts';
import type { LayoutRules, ServiceEntries } from './layout.ts';
import { createSkydnsLayout } from './skydns-layout.ts';

const DOMAIN = ['staging', 'example', 'local'];
const ROOT = '/skydns/local/example/staging';

function write(sketch: Parameters<typeof sketchService>[0], rules: Partial<LayoutRules> = {}): ServiceEntries {
  const written = createSkydnsLayout(DOMAIN, { ...layoutRules, ...rules }).toEntries(sketchService(sketch));
  if (!written.ok) throw new Error(written.error);
  return written.value;
}

describe('createSkydnsLayout', () => {
  it("writes the original's key, and its value with a TTL, and nothing else", () => {
    expect(write({})).toEqual({
      entries: [{ key: `${ROOT}/web/node-1:web:80`, value: '{"host":"10.0.0.5","port":8080,"ttl":40}' }],
      warnings: [],
    });
  });

  it('keeps the slashes of an ID, as the original does', () => {
    expect(write({ id: 'eu/1' }).entries).toMatchObject([{ key: `${ROOT}/web/eu/1` }]);
  });

  it('leaves what DNS servers are told about the zone alone', () => {
    const layout = createSkydnsLayout(DOMAIN, layoutRules);
    expect(layout.toEntries(sketchService({ name: 'dns', id: 'stub/example.org/1' }))).toEqual({
      ok: false,
      error: 'cannot be registered: what is below stub.dns tells DNS servers about the zone, and is no service',
    });
    expect(write({ name: 'dns', id: 'node-1:dns:53:udp' }).entries[0]?.key).toBe(`${ROOT}/dns/node-1:dns:53:udp`);
  });

  it('writes what the metadata says of the record, and attributes as text', () => {
    const attributes = new Map([
      ['region', 'us east'],
      ['version', '2'],
    ]);
    expect(write({ priority: 5, weight: 0, group: 'blue', attributes }).entries[0]?.value).toBe(
      '{"host":"10.0.0.5","port":8080,"priority":5,"weight":0,"text":"\\"region=us east\\" version=2","ttl":40,"group":"blue"}',
    );
  });

  it('withholds what looks like a secret, naming the key and not the value', () => {
    const { entries, warnings } = write({ attributes: new Map([['db_password', 'hunter2']]) });
    expect(entries[0]?.value).not.toContain('hunter2');
    expect(warnings).toEqual([expect.stringMatching(/^is registered without its attribute "db_password": /)]);
    expect(warnings.join()).not.toContain('hunter2');
  });

  it.each([
    { labels: 'octets', name: 'my.app', id: 'a b', key: `${ROOT}/my%2eapp/a b`, said: ['my%2eapp'] },
    { labels: 'octets', name: '../..', id: 'config', key: `${ROOT}/%2e%2e%2f%2e%2e/config`, said: ['%2e%2e%2f%2e%2e'] },
    { labels: 'octets', name: 'my_app', id: 'h:w:80', key: `${ROOT}/my_app/h:w:80`, said: [] },
    { labels: 'hostname', name: 'my_app', id: 'h:w:80', key: `${ROOT}/my--5fapp/h--3aw--3a80`, said: ['my--5fapp'] },
    { labels: 'hostname', name: 'web', id: 'eu/1', key: `${ROOT}/web/eu/1`, said: [] },
    { labels: 'refuse', name: 'a%b', id: 'h:w:80', key: `${ROOT}/a%b/h:w:80`, said: [] },
  ] as const)('with $labels, $name and $id are $key', ({ labels, name, id, key, said }) => {
    const { entries, warnings } = write({ name, id }, { labels });
    expect(entries).toMatchObject([{ key }]);
    expect(warnings).toEqual(said.map((label) => expect.stringContaining(`is registered as ${label}: `)));
  });

  it.each([
    { why: 'an ID that steps out of the service', sketch: { id: '../../config' }, names: 'MY_ID' },
    { why: 'an absolute ID', sketch: { id: '/skydns/config' }, names: 'MY_ID' },
    { why: 'an empty name', sketch: { name: '' }, names: 'MY_NAME' },
    { why: 'a name with a dot, if that is asked for', sketch: { name: 'a.b' }, names: 'MY_NAME', labels: 'refuse' },
    { why: 'a long name, if that is asked for', sketch: { name: 'x'.repeat(64) }, names: 'MY_NAME', labels: 'refuse' },
    { why: 'an ID of too many parts for a name', sketch: { id: '12345/'.repeat(50) + '1' }, names: '255' },
  ] as const)('refuses $why, naming the key', ({ sketch, names, ...more }) => {
    const rules = { ...layoutRules, metadataPrefix: 'MY_', labels: 'octets', ...more } as const;
    const written = createSkydnsLayout(DOMAIN, rules).toEntries(sketchService(sketch));
    expect(written.ok ? 'accepted' : written.error).toContain(names);
  });

  it('never leaves the subtree of the domain, whatever containers say, and has one key for one service', () => {
    const labels = fc.constantFrom('octets', 'hostname', 'refuse');
    fc.assert(
      fc.property(hostileText, hostileText, labels, fc.boolean(), (name, id, labels, dnsSd) => {
        const layout = createSkydnsLayout(DOMAIN, { ...layoutRules, labels, dnsSd });
        const service = sketchService({ name, id });
        const written = layout.toEntries(service);
        if (!written.ok) return;
        const [ordinary] = written.value.entries;
        const [serviceLabel = '', ...instance] = ordinary?.key.slice(ROOT.length + 1).split('/') ?? [];
        expect(ordinary?.key.startsWith(`${ROOT}/`)).toBe(true);
        expect(instance.length).toBeGreaterThan(0);
        for (const { key, value } of written.value.entries) {
          expect(key.startsWith(`${ROOT}/`)).toBe(true);
          expect(key.split('/').slice(1)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^\.{0,2}$/)]));
          expect(key).not.toMatch(/\p{Cc}|\p{Cs}/u);
          expect(() => JSON.parse(value)).not.toThrow();
        }
        const other = layout.toEntries({ ...service, id: 'other' });
        expect(other.ok && other.value.entries[0]?.key.startsWith(`${ROOT}/${serviceLabel}/`)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('createSkydnsLayout with -dns-sd', () => {
  const dnsSd = true;

  it('also writes a record of the name that browsers look for, with a text even if it is empty', () => {
    expect(write({}, { dnsSd }).entries).toEqual([
      { key: `${ROOT}/web/node-1:web:80`, value: '{"host":"10.0.0.5","port":8080,"ttl":40}' },
      { key: `${ROOT}/_tcp/_web/node-1:web:80`, value: '{"host":"10.0.0.5","port":8080,"text":"","ttl":40}' },
    ]);
  });

  it('has the tags in its text, and the attributes', () => {
    const { entries } = write({ tags: ['a', 'b,c'], attributes: new Map([['v', '2']]), protocol: 'udp' }, { dnsSd });
    expect(entries[0]?.value).toContain('"text":"v=2"');
    expect(entries[1]?.key).toContain('/_udp/_web/');
    expect(entries[1]?.value).toContain(String.raw`"text":"tags=a,b\\\\,c v=2"`);
  });

  it('makes one label of the whole ID', () => {
    expect(write({ id: 'eu/1' }, { dnsSd }).entries[1]?.key).toBe(`${ROOT}/_tcp/_web/eu%2f1`);
    expect(write({}, { dnsSd, labels: 'hostname' }).entries[1]?.key).toBe(`${ROOT}/_tcp/_web/node-1--3aweb--3a80`);
  });

  it('leaves a service whose name is no type of DNS-SD with its ordinary record, and says so', () => {
    const { entries, warnings } = write({ name: 'a-name-that-is-too-long' }, { dnsSd });
    expect(entries.map(({ key }) => key)).toEqual([`${ROOT}/a-name-that-is-too-long/node-1:web:80`]);
    expect(warnings).toEqual([expect.stringMatching(/^is not registered for DNS-SD: the service name /)]);
  });

  it('leaves out tags that do not fit, and says so', () => {
    const { entries, warnings } = write({ tags: ['x'.repeat(300)] }, { dnsSd });
    expect(entries[1]?.value).toContain('"text":""');
    expect(warnings).toEqual([expect.stringMatching(/^is registered for DNS-SD without "tags": /)]);
  });
});
