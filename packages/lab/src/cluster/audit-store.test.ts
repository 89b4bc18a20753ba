import { describe, expect, it } from 'vitest';
import { type AuditFacts, auditStore, ownerOf } from './audit-store.ts';
import type { StoreEvent } from './store-event.ts';

const WEB = '/skydns/local/example/web';
const facts: AuditFacts = {
  addresses: new Map([
    ['a', '10.0.0.1'],
    ['b', '10.0.0.2'],
  ]),
  absences: [{ host: 'b', fromRevision: 10, toRevision: 20 }],
  ended: ['a:gone'],
};

const put = (revision: number, key: string, lease: string, value = ''): StoreEvent => ({
  revision,
  type: 'put',
  key,
  value,
  lease,
});
const remove = (revision: number, key: string): StoreEvent => ({ ...put(revision, key, '0'), type: 'delete' });

/** Both hosts, each with a claim and a record. */
const start = [
  put(1, '/wharf/registrar/a', '100'),
  put(2, `${WEB}/a:web:80`, '100', '{"host":"10.0.0.1"}'),
  put(3, '/wharf/registrar/b', '200'),
  put(4, `${WEB}/b:web:80`, '200', '{"host":"10.0.0.2"}'),
];

describe('ownerOf', () => {
  it.each([
    ['/wharf/registrar/a', 'a'],
    ['/skydns/local/example/web/a:web:80', 'a'],
    ['/skydns/local/example/web/a:web:80:udp', 'a'],
    ['/skydns/local/example/docker-rsyslog', undefined],
    ['/skydns/config', undefined],
  ])('of %s is %s', (key, owner) => {
    expect(ownerOf(key)).toBe(owner);
  });
});

describe('auditStore', () => {
  it.each([
    ['hosts that write their own', []],
    ['a lease that ends while its host is away', [remove(10, '/wharf/registrar/b'), remove(10, `${WEB}/b:web:80`)]],
    ['a container that was ended', [remove(5, `${WEB}/a:gone:80`)]],
    [
      'keys of nobody',
      [put(5, '/skydns/local/example/rsyslog', '0', '{}'), remove(6, '/skydns/local/example/rsyslog')],
    ],
    [
      'a host that is claimed anew',
      [put(5, '/wharf/registrar/a', '101'), put(5, `${WEB}/a:web:80`, '101', '{"host":"10.0.0.1"}')],
    ],
  ])('finds nothing in %s', (_what, events) => {
    expect(auditStore([...start, ...events], facts)).toEqual([]);
  });

  it.each([
    ['nobody ended its container', [remove(5, `${WEB}/a:web:80`)]],
    ['nobody ended its container', [remove(12, `${WEB}/b:web:80`)]],
    ['of a host that was there', [remove(5, '/wharf/registrar/a'), remove(5, `${WEB}/a:web:80`)]],
    ['of a host that was there', [remove(21, '/wharf/registrar/b'), remove(21, `${WEB}/b:web:80`)]],
    ['changes records of a and b', [remove(5, `${WEB}/a:gone:80`), remove(5, `${WEB}/b:web:80`)]],
    ['claimed by 100', [put(5, `${WEB}/a:web:80`, '200', '{"host":"10.0.0.1"}')]],
    ['claimed by 100', [put(5, `${WEB}/a:web:80`, '0', '{"host":"10.0.0.1"}')]],
    ['its host is 10.0.0.1', [put(5, `${WEB}/a:web:80`, '100', '{"host":"10.0.0.2"}')]],
    ['claimed by nobody', [put(5, `${WEB}/c:web:80`, '100', '{"host":"10.0.0.3"}')]],
  ])('finds %s', (finding, events) => {
    expect(auditStore([...start, ...events], facts).join('\n')).toContain(finding);
  });
});
