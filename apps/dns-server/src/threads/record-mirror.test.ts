import { type Entry, NO_LEASE, type SnapshotWriter } from '@wharf/etcd-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecordMirror } from './record-mirror.ts';
import type { RecordMessage } from './thread-messages.ts';

const entry = (key: string, value: string): Entry => ({
  key,
  value,
  createRevision: 0,
  modRevision: 0,
  lease: NO_LEASE,
});

/** What somebody holds who does what the messages say. */
const createFollower = () => {
  let held = new Map<string, string>();
  let listing: Map<string, string> | undefined;
  const follow = (message: RecordMessage): void => {
    if (message.type === 'begin') {
      expect(listing).toBeUndefined();
      listing = new Map();
    } else if (message.type === 'add') for (const { key, value } of message.entries) listing?.set(key, value);
    else if (message.type === 'changes') {
      for (const change of message.changes) {
        if (change.type === 'put') held.set(change.entry.key, change.entry.value);
        else held.delete(change.key);
      }
    } else {
      expect(listing).toBeDefined();
      if (message.type === 'commit') held = listing ?? held;
      listing = undefined;
    }
  };
  return { follow, held: () => held };
};

const step = fc.oneof(
  fc.record({ type: fc.constant('put' as const), key: fc.nat({ max: 3_000 }), value: fc.nat({ max: 9 }) }),
  fc.record({ type: fc.constant('delete' as const), key: fc.nat({ max: 3_000 }) }),
  fc.record({ type: fc.constantFrom('tell', 'go on', 'begin', 'end', 'another') }),
);

describe('createRecordMirror', () => {
  it('has told all in the end, whatever changes while it tells', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const source = new Map<string, string>(Array.from({ length: 2_500 }, (_, key) => [String(key), 'at first']));
        const deferred: (() => void)[] = [];
        let follower = createFollower();
        const mirror = createRecordMirror({
          post: (message) => follower.follow(message),
          entries: () => Iterator.from(source).map(([key, value]) => entry(key, value)),
          defer: (run) => deferred.push(run),
        });
        let writer: SnapshotWriter | undefined;
        const endListing = (): void => {
          writer?.add(Array.from(source, ([key, value]) => entry(key, value)));
          writer?.commit(3);
          writer = undefined;
        };
        mirror.tellAll(1);
        for (const step of steps) {
          if (step.type === 'put') {
            const key = String(step.key);
            const value = String(step.value);
            source.set(key, value);
            mirror.applyChanges([{ type: 'put', entry: entry(key, value) }], 1);
          } else if (step.type === 'delete') {
            source.delete(String(step.key));
            mirror.applyChanges([{ type: 'delete', key: String(step.key), modRevision: 1 }], 1);
          } else if (step.type === 'tell') mirror.tellAll(2);
          else if (step.type === 'go on') deferred.shift()?.();
          else if (step.type === 'begin') writer ??= mirror.beginSnapshot();
          else if (step.type === 'end') endListing();
          else if (step.type === 'another') {
            mirror.stop();
            follower = createFollower();
            mirror.tellAll(1);
          }
        }
        while (deferred.length > 0) deferred.shift()?.();
        endListing();
        while (deferred.length > 0) deferred.shift()?.();
        expect(follower.held()).toEqual(source);
      }),
      { numRuns: 200 },
    );
  });

  it('says nothing more once it is stopped', () => {
    const told: string[] = [];
    const deferred: (() => void)[] = [];
    const mirror = createRecordMirror({
      post: ({ type }) => told.push(type),
      entries: () => Array.from({ length: 1_001 }, (_, key) => entry(String(key), '')),
      defer: (run) => deferred.push(run),
    });
    mirror.tellAll(1);
    mirror.stop();
    deferred.shift()?.();
    expect(told).toEqual(['begin', 'add']);
  });
});
