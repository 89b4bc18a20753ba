import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOf, type RegistrationMarks, renderRegistration } from '../records/consul-registration.ts';
import { planConsul } from './plan-consul.ts';

const RULES = { host: 'node-1', cleanup: false };
const NOBODY: RegistrationMarks = { host: undefined, checksum: undefined };

function registration(ID: string, Port = 80): string {
  return renderRegistration({ ID, Name: 'web', Address: '10.0.0.5', Port, Tags: [], Meta: {} }, RULES.host);
}

function own(value: string): RegistrationMarks {
  return { host: RULES.host, checksum: checksumOf(value) };
}

describe('planConsul', () => {
  it('registers what is not there or was registered otherwise, and removes what is not desired', () => {
    const desired = new Map(['new', 'changed', 'same'].map((id) => [id, registration(id)]));
    const present = new Map([
      ['changed', own(registration('changed', 81))],
      ['same', own(registration('same'))],
      ['old', own(registration('old'))],
    ]);
    expect(planConsul(desired, present, RULES)).toEqual({
      puts: [
        { key: 'changed', value: registration('changed') },
        { key: 'new', value: registration('new') },
      ],
      deletes: ['old'],
      conflicts: [],
    });
  });

  it.each([
    { id: 'database', marks: NOBODY, why: 'no mark, and not an ID as Registrator makes them' },
    { id: 'node-1:web:80', marks: { ...NOBODY, host: 'node-2' }, why: "another host's mark" },
    { id: 'node-2:web:80', marks: NOBODY, why: "another host's Registrator" },
    { id: 'node-1:web:80:tcp', marks: NOBODY, why: 'almost an ID as Registrator makes them' },
    { id: 'node-11:web:80', marks: NOBODY, why: 'a host whose name begins alike' },
  ])('leaves $id alone, desired or not, with or without -cleanup: $why', ({ id, marks }) => {
    const present = new Map([[id, marks]]);
    for (const cleanup of [false, true]) {
      const wanted = planConsul(new Map([[id, registration(id)]]), present, { ...RULES, cleanup });
      expect(wanted).toMatchObject({ puts: [], deletes: [], conflicts: [{ key: id }] });
      expect(planConsul(new Map(), present, { ...RULES, cleanup })).toEqual({ puts: [], deletes: [], conflicts: [] });
    }
  });

  it.each(['node-1:web:80', 'node-1:my_web.1:53:udp'])('takes over what Registrator left as %s', (id) => {
    const present = new Map([[id, NOBODY]]);
    const value = registration(id);
    expect(planConsul(new Map([[id, value]]), present, RULES)).toMatchObject({ puts: [{ key: id, value }] });
    expect(planConsul(new Map(), present, RULES).deletes).toEqual([]);
    expect(planConsul(new Map(), present, { ...RULES, cleanup: true }).deletes).toEqual([id]);
  });

  it('has nothing left to do after it was carried out, and never touches what is not ours', () => {
    const ids = fc.constantFrom('a', 'b', 'node-1:web:80', 'node-1:web:81', 'node-2:web:80');
    const marks = fc.record({
      host: fc.constantFrom(undefined, 'node-1', 'node-2'),
      checksum: fc.constantFrom(undefined, 'x', checksumOf(registration('a'))),
    });
    const entries = fc
      .dictionary(ids, marks)
      .map((record) => new Map<string, RegistrationMarks>(Object.entries(record)));
    fc.assert(
      fc.property(fc.uniqueArray(ids), entries, fc.boolean(), (wanted, before, cleanup) => {
        const desired = new Map(wanted.map((id) => [id, registration(id)]));
        const rules = { ...RULES, cleanup };
        const { puts, deletes, conflicts } = planConsul(desired, before, rules);
        const after = new Map(before);
        for (const { key, value } of puts) after.set(key, own(value));
        for (const id of deletes) after.delete(id);
        expect(planConsul(desired, after, rules)).toEqual({ puts: [], deletes: [], conflicts });
        for (const id of [...puts.map(({ key }) => key), ...deletes]) expect(before.get(id)?.host).not.toBe('node-2');
        for (const id of wanted) {
          expect(after.get(id)?.host === 'node-1' || conflicts.some(({ key }) => key === id)).toBe(true);
        }
      }),
    );
  });
});
