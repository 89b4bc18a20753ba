import { describe, expect, it } from 'vitest';
import { type PreparedEntry, WHOLE } from './prepared-entry.ts';
import { createPreparedTable, type PreparedTable } from './prepared-table.ts';

const wire = (text: string): Buffer => Buffer.concat([Buffer.of(text.length), Buffer.from(text), Buffer.of(0)]);

const entry = (text: string, hash: number, type = 1, room = WHOLE): PreparedEntry => ({
  hash,
  type,
  room,
  name: wire(text),
  wholeOctets: 0,
  optionOctets: 0,
  variants: [],
  usedAt: 0,
});

/** Looks for a name that is somewhere in other octets. */
const find = (table: PreparedTable, text: string, hash: number, type = 1, room = WHOLE): PreparedEntry | undefined => {
  const octets = Buffer.concat([Buffer.from('before'), wire(text), Buffer.from('after')]);
  return table.find(octets, 6, octets.length - 5, type, room, hash);
};

describe('createPreparedTable', () => {
  it('finds the entry of a question, in any case', () => {
    const table = createPreparedTable(4);
    const kept = entry('web', -7);
    table.put(kept);
    expect(find(table, 'web', -7)).toBe(kept);
    expect(find(table, 'WeB', -7)).toBe(kept);
  });

  it.each([
    ['name', 'wec', 1, WHOLE],
    ['shorter name', 'we', 1, WHOLE],
    ['longer name', 'webb', 1, WHOLE],
    ['type', 'web', 28, WHOLE],
    ['room', 'web', 1, 512],
  ])('keeps questions apart that have the same hash but another %s', (_what, text, type, room) => {
    const table = createPreparedTable(4);
    const web = entry('web', 1);
    const other = entry(text, 1, type, room);
    table.put(web);
    expect(find(table, text, 1, type, room)).toBeUndefined();
    expect(table.put(other)).toBe(false);
    expect([find(table, 'web', 1), find(table, text, 1, type, room), table.size]).toEqual([web, other, 2]);
    expect(find(table, 'web', 1)).toBe(web);
  });

  it('replaces the entry of the same question', () => {
    const table = createPreparedTable(1);
    for (const text of ['a', 'b', 'c', 'd']) table.put(entry(text, 1));
    const again = entry('c', 1);
    expect(table.put(again)).toBe(false);
    expect(find(table, 'c', 1)).toBe(again);
    expect(table.size).toBe(4);
  });

  it('gives the place of the entry that was used least recently to another', () => {
    const table = createPreparedTable(1);
    for (const [at, text] of ['a', 'b', 'c', 'd'].entries()) expect(table.put(entry(text, at))).toBe(false);
    find(table, 'a', 0);
    expect(table.put(entry('e', 4))).toBe(true);
    const left = ['a', 'b', 'c', 'd', 'e'].filter((text, at) => find(table, text, at) !== undefined);
    expect([left, table.size]).toEqual([['a', 'c', 'd', 'e'], 4]);
  });

  it('has room for four times as many entries as sets, and no more', () => {
    const table = createPreparedTable(8);
    let evictions = 0;
    for (let n = 0; n < 100; n++) if (table.put(entry(`n${n}`, n))) evictions++;
    expect([table.size, evictions]).toEqual([32, 68]);
  });

  it('is empty when it was cleared', () => {
    const table = createPreparedTable(1);
    table.put(entry('a', 0));
    table.clear();
    expect([table.size, find(table, 'a', 0)]).toEqual([0, undefined]);
    expect(table.put(entry('b', 0))).toBe(false);
  });
});
