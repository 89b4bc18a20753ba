import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sketchRecords } from '../testing/sketch-records.ts';
import type { ContainerRecords } from './container-records.ts';
import { createRecordMerger, type DesiredRecords, entriesOf } from './merge-records.ts';

const OLD = '2026-01-01T00:00:00.1Z';
const NEW = '2026-01-01T00:00:00.12Z';

function merged(...parts: readonly ContainerRecords[]): DesiredRecords {
  const merger = createRecordMerger();
  for (const part of parts) merger.set(part.containerId, part);
  return merger.desired();
}

/** What should come of `parts`, said as simply as possible: look at everything, the oldest first. */
function expected(present: readonly ContainerRecords[], lasting: readonly ContainerRecords[]): Map<string, string> {
  const byAge = (parts: readonly ContainerRecords[]): readonly ContainerRecords[] =>
    parts.toSorted((a, b) => (a.startedAt + a.containerId < b.startedAt + b.containerId ? -1 : 1));
  const records = new Map<string, string>();
  for (const part of [...byAge(present), ...byAge(lasting)]) {
    for (const { key, value } of entriesOf(part)) if (!records.has(key)) records.set(key, value);
  }
  return records;
}

describe('createRecordMerger', () => {
  it('puts together what the containers give', () => {
    const { records, duplicates } = merged(sketchRecords('a', ['x', 'y']), sketchRecords('b', ['z']));
    expect(records).toEqual(
      new Map([
        ['x', 'value of a'],
        ['y', 'value of a'],
        ['z', 'value of b'],
      ]),
    );
    expect(duplicates).toEqual([]);
  });

  it('gives a key that two want to the container that started first, in whatever order they are listed', () => {
    const parts = [
      sketchRecords('old', ['x'], OLD),
      sketchRecords('new', ['x'], NEW),
      sketchRecords('newest', ['x'], '2026-01-01T00:00:01Z'),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 3 }), (parts) => {
        const { records, duplicates } = merged(...parts);
        expect(records).toEqual(new Map([['x', 'value of old']]));
        expect(duplicates).toEqual([
          { key: 'x', holder: 'old', loser: 'new' },
          { key: 'x', holder: 'old', loser: 'newest' },
        ]);
      }),
    );
  });

  it('gives a key to the container whose own ID it is before one that was given the ID, whichever started first', () => {
    const own = sketchRecords('b', ['x'], NEW);
    const thief = sketchRecords('a', ['x'], OLD);
    const given = thief.announced.map((one) => ({ ...one, service: { ...one.service, hasGivenId: true as const } }));
    const duplicates = [{ key: 'x', holder: 'b', loser: 'a', byOwnId: true }];
    const parts = [own, { ...thief, announced: given }] as const;
    for (const order of [parts, parts.toReversed()]) {
      expect(merged(...order)).toEqual({ records: new Map([['x', 'value of b']]), duplicates });
    }
  });

  it('does so although another port of that container was given the ID as well, in whatever order they are listed', () => {
    const given = (part: ContainerRecords, index: number) =>
      part.announced.map((one, at) =>
        at === index ? { ...one, service: { ...one.service, hasGivenId: true as const } } : one,
      );
    const thief = sketchRecords('a', ['x'], OLD);
    const own = sketchRecords('b', ['x', 'x'], NEW);
    const parts = [
      { ...thief, announced: given(thief, 0) },
      { ...own, announced: given(own, 0) },
    ] as const;
    for (const order of [parts, parts.toReversed()]) {
      expect(merged(...order).records).toEqual(new Map([['x', 'value of b']]));
    }
  });

  it('gives a key that two ports of one container want to the first, and says which ports they are', () => {
    const twice = sketchRecords('web', ['x', 'x']);
    const [first, second] = twice.announced;
    if (first === undefined || second === undefined) throw new Error('two services are there');
    const other = { ...second, service: { ...second.service, containerPort: 443 } };
    const { records, duplicates } = merged({
      ...twice,
      announced: [first, { ...other, entries: [{ key: 'x', value: 'other' }] }],
    });
    expect(records).toEqual(new Map([['x', 'value of web']]));
    expect(duplicates).toEqual([{ key: 'x', holder: 'web', loser: 'web', ports: ['80/tcp', '443/tcp'] }]);
  });

  it('takes any number of ports that want one key, at a cost that grows as they do', () => {
    const keys = Array.from({ length: 20_000 }, () => 'x');
    const { records, duplicates } = merged(sketchRecords('a', keys));
    expect(records.size).toBe(1);
    expect(duplicates).toHaveLength(19_999);
  });

  it('keeps what is to outlive a container until somebody who is there wants the key', () => {
    const merger = createRecordMerger();
    const old = sketchRecords('old', ['x'], OLD);
    const next = sketchRecords('new', ['x'], NEW);
    merger.setLasting(old.containerId, old);
    expect(merger.desired().records.get('x')).toBe('value of old');
    merger.set(next.containerId, next);
    expect(merger.desired()).toEqual({ records: new Map([['x', 'value of new']]), duplicates: [] });
    merger.set(next.containerId, undefined);
    expect(merger.desired().records.get('x')).toBe('value of old');
    merger.setLasting(old.containerId, undefined);
    expect(merger.desired().records.size).toBe(0);
  });

  it('names the keys that have changed, once', () => {
    const merger = createRecordMerger();
    const web = sketchRecords('web', ['x', 'y']);
    merger.set(web.containerId, web);
    expect(merger.takeChanges()).toEqual(new Set(['x', 'y']));
    merger.set(web.containerId, sketchRecords('web', ['y', 'z']));
    expect(merger.takeChanges()).toEqual(new Set(['x', 'z']));
    merger.set(web.containerId, sketchRecords('web', ['y', 'z']));
    expect(merger.takeChanges()).toEqual(new Set());
  });

  it('gives the same as looking at everything, after any sequence of changes, and names every key that changed', () => {
    const names = ['a', 'b', 'c'] as const;
    const step = fc.record({
      name: fc.constantFrom(...names),
      keys: fc.option(fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 4 }), { nil: undefined }),
      startedAt: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z'),
      lasting: fc.boolean(),
      looks: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const merger = createRecordMerger();
        const present = new Map<string, ContainerRecords>();
        const lasting = new Map<string, ContainerRecords>();
        let known = new Map<string, string>();
        for (const { name, keys, startedAt, lasting: isLasting, looks } of steps) {
          const part = keys === undefined ? undefined : sketchRecords(name, keys, startedAt);
          const parts = isLasting ? lasting : present;
          if (part === undefined) parts.delete(name);
          else parts.set(name, part);
          if (isLasting) merger.setLasting(name, part);
          else merger.set(name, part);
          const records = expected([...present.values()], [...lasting.values()]);
          expect(new Map(merger.desired().records)).toEqual(records);
          if (!looks) continue;
          const changed = merger.takeChanges();
          const before = known;
          const different = [...before.keys(), ...records.keys()].filter((key) => before.get(key) !== records.get(key));
          expect(different.filter((key) => !changed.has(key))).toEqual([]);
          known = records;
        }
        const asked = [...present.values()].flatMap(entriesOf);
        const { duplicates } = merger.desired();
        expect(duplicates).toHaveLength(asked.length - new Set(asked.map(({ key }) => key)).size);
      }),
    );
  });
});
