import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { createRecordIndex } from '../records/record-index.ts';
import { record, storedForm } from '../testing/record.ts';
import { parseLine } from './snapshot-format.ts';
import { snapshotLines } from './snapshot-lines.ts';

const name = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
const change = fc.record({ remove: fc.boolean(), name, port: fc.nat(3) });

describe('snapshotLines', () => {
  it('say, read in order, exactly what the records are at the end, whatever changed meanwhile', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.array(change, { maxLength: 60 }), (first, meanwhile) => {
        const index = createRecordIndex({ prefix: 'skydns', nameSeed: 1 });
        const changed = new Map<string, IndexedRecord | undefined>();
        const apply = ({ remove, name, port }: (typeof first)[number]): void => {
          const next = record(name, { host: '10.0.0.1', port });
          changed.delete(next.key);
          changed.set(next.key, remove ? undefined : next);
          if (remove) index.remove(name, next.key);
          else index.put(next.name, storedForm(next));
        };
        for (const each of first) apply(each);
        changed.clear();

        const pending = [...meanwhile];
        const held = new Map<string, string>();
        let expected: ReadonlyMap<string, number | undefined> = new Map();
        const end = () => {
          expected = new Map(Array.from(index.records(), ({ key, service }) => [key, service.port]));
          return { revision: 7, currentMs: 9 };
        };
        const origin = { pathPrefix: 'skydns' };
        for (const text of Iterator.from(snapshotLines({ origin, records: index.records(), changed, end })).drop(1)) {
          const line = parseLine(text);
          if (line?.type === 'put') held.set(line.key, line.value);
          if (line?.type === 'delete') held.delete(line.key);
          if (line?.type !== 'end') for (const each of pending.splice(0, 2)) apply(each);
        }
        expect(new Map(Array.from(held, ([key, value]) => [key, Number(/"port":(\d)/.exec(value)?.[1])]))).toEqual(
          expected,
        );
      }),
    );
  });
});
