import type { ServiceRecord } from '@wharf/record-schema';
import { describe, expect, it } from 'vitest';
import { record } from '../testing/record.ts';
import { ofRulingGroup, selectRecords, withoutDuplicates } from './select-records.ts';

const named = (services: Readonly<Record<string, ServiceRecord>>) =>
  Object.entries(services).map(([name, service]) => record(name.split('.'), service));

const names = (records: readonly { readonly name: readonly string[] }[]): readonly string[] =>
  records.map(({ name }) => name.join('.'));

describe('ofRulingGroup', () => {
  it.each<[string, Readonly<Record<string, ServiceRecord>>, readonly string[]]>([
    ['one group rules', { 'a.w': { group: 'g' }, 'b.w': { group: 'g' }, 'c.d.w': { group: 'h' } }, ['a.w', 'b.w']],
    ['no group stays', { 'a.w': { group: 'g' }, 'b.c.w': {} }, ['a.w', 'b.c.w']],
    ['two groups rule nothing', { 'a.w': { group: 'g' }, 'b.w': { group: 'h' } }, ['a.w', 'b.w']],
    ['deeper groups do not rule', { 'a.w': {}, 'b.c.w': { group: 'h' } }, ['a.w', 'b.c.w']],
  ])('%s', (_rule, services, expected) => {
    expect(names(ofRulingGroup(named(services)))).toEqual(expected);
  });
});

describe('withoutDuplicates', () => {
  it('keeps one of those that would answer alike', () => {
    const services: Readonly<Record<string, ServiceRecord>> = {
      '1': { host: '2001:db8:0::1', port: 1 },
      '2': { host: '2001:DB8::1', port: 1, ttl: 5 },
      '3': { host: '2001:db8::1', port: 2 },
      '4': { host: 'Example.org' },
      '5': { host: 'example.ORG', weight: 0, priority: 0, text: '' },
      '6': { host: 'example.org', weight: 1 },
      '7': { text: 'x' },
      '8': { text: 'x' },
    };
    expect(names(withoutDuplicates(named(services)))).toEqual(['1', '3', '4', '6', '7']);
  });
});

describe('selectRecords', () => {
  it('puts records in the order of their keys', () => {
    const records = named({ 'b.w': { port: 2 }, 'a.w': { port: 1 }, 'x.a.w': { port: 3 } });
    expect(names(selectRecords(records))).toEqual(['a.w', 'x.a.w', 'b.w']);
  });
});
