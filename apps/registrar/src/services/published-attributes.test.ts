import { renderTextPairs } from '@wharf/record-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseAttributes } from './published-attributes.ts';

const attributes = new Map([
  ['tier', 'front'],
  ['region', 'us'],
  ['db_password', 'hunter2'],
  ['upstream', 'postgres://app:hunter2@db:5432/app'],
  ['check_http', '/health'],
  ['check_cmd', 'curl -u app:hunter2 localhost'],
]);

function outcome(allowed: readonly string[]) {
  const { published, withheld } = chooseAttributes(attributes, allowed);
  return { published: Object.fromEntries(published), withheld: withheld.map(({ key }) => key) };
}

describe('chooseAttributes', () => {
  it.each([
    [[], {}, ['db_password', 'region', 'tier', 'upstream']],
    [['tier'], { tier: 'front' }, ['db_password', 'region', 'upstream']],
    [['Tier', 'absent'], { tier: 'front' }, ['db_password', 'region', 'upstream']],
    [['*'], { region: 'us', tier: 'front' }, ['db_password', 'upstream']],
    [['*', 'db_password'], { db_password: 'hunter2', region: 'us', tier: 'front' }, ['upstream']],
    [['upstream'], { upstream: 'postgres://app:hunter2@db:5432/app' }, ['db_password', 'region', 'tier']],
    [['check_http', 'check_cmd'], {}, ['db_password', 'region', 'tier', 'upstream']],
  ])('allowing %j publishes %j', (allowed, published, withheld) => {
    expect(outcome(allowed)).toEqual({ published, withheld });
  });

  it('says why each is withheld, without its value', () => {
    const others = new Map([
      ['note', 'one\ntwo'],
      ['a=b', 'x'],
      ['long', 'x'.repeat(300)],
    ]);
    const { published, withheld } = chooseAttributes(new Map([...attributes, ...others]), ['*']);
    expect([...published.keys()]).toEqual(['region', 'tier']);
    expect(withheld).toEqual([
      { key: 'a=b', reason: 'its key contains "=", which ends a key' },
      { key: 'db_password', reason: 'its name looks like a secret: it is published only if it is named' },
      { key: 'long', reason: 'its key and value have 305 octets with the "=", at most 255 fit' },
      { key: 'note', reason: 'its value contains a control character' },
      { key: 'upstream', reason: 'its value is a URL with a password: it is published only if it is named' },
    ]);
    expect(chooseAttributes(attributes, ['region']).withheld.at(-1)?.reason).toBe(
      'it is none of the attributes that are to be published',
    );
  });

  it.each([
    ['https://user:pw@host/', false],
    ['redis://:pw@host', false],
    ['https://me@example.org:pw@host', false],
    ['see https://a.b/ and https://user:pw@host/', false],
    ['Server=db;Password=hunter2', false],
    ['https://host/?token=abc', false],
    ['app:hunter2@tcp(db:3306)/app', false],
    ['eyJhbGciOi.eyJzdWIi.c2ln', false],
    ['token bucket', true],
    ['10:30 me@example.org', true],
    ['https://user@host/', true],
    ['https://host:80/a@b', true],
    ['me@example.org', true],
    ['image:1@sha256:ab', true],
  ])('with *, a value %s is published: %s', (value, isPublished) => {
    expect(chooseAttributes(new Map([['a', value]]), ['*']).published.has('a')).toBe(isPublished);
  });

  it('never mentions a health check, and no other attribute is lost', () => {
    const key = fc.oneof(
      fc.constantFrom('check', 'CHECK_tcp', 'check_http', 'checkout', 'region', 'api_key'),
      fc.string({ maxLength: 5 }),
    );
    const allowed = fc.array(fc.oneof(key, fc.constant('*')), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.string())), allowed, (list, allowed) => {
        const given = new Map(list);
        const { published, withheld } = chooseAttributes(given, allowed);
        const expected = [...given.keys()].filter((key) => !/^check(_.*)?$/is.test(key));
        const told = [...published.keys(), ...withheld.map(({ key }) => key)];
        expect(told.toSorted()).toEqual(expected.toSorted());
        expect(renderTextPairs(published).length).toBeLessThanOrEqual(1_300);
      }),
    );
  });
});
