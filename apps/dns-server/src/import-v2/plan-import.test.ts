import type { Entry } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { type PlanRules, planImport } from './plan-import.ts';

const KEY = '/skydns/local/example/db';
const OLD = '{"host":"10.0.0.1"}';
const OTHER = '{"host":"10.0.0.2"}';

function plan(present: Partial<Entry> | undefined, more: Partial<PlanRules> = {}) {
  const entry = { key: KEY, value: OLD, createRevision: 3, modRevision: 7, lease: '0', ...present };
  return planImport(
    [{ key: KEY, value: OLD, ttlSeconds: undefined }],
    present === undefined ? new Map() : new Map([[KEY, entry]]),
    { pathPrefix: 'skydns', registrations: false, overwrite: false, ...more },
  );
}

describe('planImport', () => {
  it('writes a key that is not there, provided that it is not there then', () => {
    expect(plan(undefined)).toMatchObject({ puts: [{ key: KEY, value: OLD, replaces: undefined }], leftOut: [] });
  });

  it('writes nothing that is there already, whoever keeps it', () => {
    expect(plan({})).toMatchObject({ puts: [], same: [KEY] });
    expect(plan({ lease: '5' }, { overwrite: true })).toMatchObject({ puts: [], same: [KEY] });
  });

  it('replaces another value only when told to, and only that very one', () => {
    expect(plan({ value: OTHER })).toMatchObject({
      puts: [],
      leftOut: [{ key: KEY, reason: expect.stringContaining('overwrite') }],
    });
    expect(plan({ value: OTHER }, { overwrite: true })).toMatchObject({ puts: [{ key: KEY, replaces: 7 }] });
  });

  it('never replaces what a registrar keeps', () => {
    expect(plan({ value: OTHER, lease: '5' }, { overwrite: true })).toMatchObject({
      puts: [],
      leftOut: [{ key: KEY, reason: expect.stringContaining('registrar') }],
    });
  });
});
