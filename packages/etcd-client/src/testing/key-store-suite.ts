import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Entry, type KeyStore, NO_LEASE, type Operation, type Page } from '../key-store.ts';
import { recordWatch } from './record-watch.ts';

/** A store under test, and what the suite must be able to do to it from outside. */
export interface KeyStoreSubject {
  readonly store: KeyStore;
  compact(revision: number): Promise<void>;
  /** Moves time on where time stands still; where it runs by itself, nothing need be done. */
  advance(seconds: number): Promise<void>;
  /** Another store on the same data, to be closed by the test. */
  open(): Promise<KeyStore>;
  /** Ends everything, the store included. */
  dispose(): Promise<void>;
}

/** What every `KeyStore` must do: run over each implementation, so that they cannot drift apart. */
export function describeKeyStore(name: string, start: () => Promise<KeyStoreSubject>): void {
  describe(`${name} as a KeyStore`, () => {
    let subject: KeyStoreSubject;
    let store: KeyStore;
    let cases = 0;
    /** Each test has a prefix of its own: they share one store. */
    const freshPrefix = (): string => `/suite/${++cases}/`;

    beforeAll(async () => {
      subject = await start();
      store = subject.store;
    });
    afterAll(() => subject.dispose());

    const apply = (...operations: Operation[]) => store.transact({ guards: [], operations });
    const put = (key: string, value = '', lease = NO_LEASE) => apply({ type: 'put', key, value, lease });
    const remove = (key: string) => apply({ type: 'delete', key });
    const waitFor = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

    describe('get', () => {
      it('says when a key was made, last changed, and by which lease it is held', async () => {
        const key = `${freshPrefix()}a`;
        const made = await put(key, 'one');
        const changed = await put(key, 'zwei ☃');
        expect(await store.get(key)).toEqual({
          key,
          value: 'zwei ☃',
          createRevision: made.revision,
          modRevision: changed.revision,
          lease: NO_LEASE,
        });
        expect(changed.revision).toBe(made.revision + 1);
      });

      it('knows nothing of a key that was never there, or is gone', async () => {
        const key = `${freshPrefix()}a`;
        expect(await store.get(key)).toBeUndefined();
        await put(key);
        await remove(key);
        expect(await store.get(key)).toBeUndefined();
      });
    });

    describe('list', () => {
      it('gives what starts with the prefix, byte for byte, in order of UTF-8', async () => {
        const prefix = freshPrefix();
        const inside = [
          `${prefix}a`,
          `${prefix}a-b`,
          `${prefix}a/b`,
          `${prefix}ab`,
          `${prefix}\uffee`,
          `${prefix}\u{1f600}`,
        ];
        await apply(...inside.toReversed().map((key): Operation => ({ type: 'put', key, value: '' })));
        await put(prefix.slice(0, -1));
        await put(`${prefix.slice(0, -1)}0`);
        expect(keysOf(await pages(store, prefix))).toEqual(inside);
        expect(keysOf(await pages(store, `${prefix}a/`))).toEqual([`${prefix}a/b`]);
      });

      it('gives one empty page with the revision when there is nothing', async () => {
        const { revision } = await put(`${freshPrefix()}elsewhere`);
        expect(await pages(store, freshPrefix())).toEqual([{ revision, entries: [] }]);
      });

      it('keeps every page at the revision of the first, whatever changes meanwhile', async () => {
        const prefix = freshPrefix();
        const keys = Array.from({ length: 4_100 }, (_, index) => `${prefix}${String(index).padStart(5, '0')}`);
        await putAll(store, keys, 'before');
        const listed: Page[] = [];
        for await (const page of store.list(prefix)) {
          if (listed.length === 0) {
            await putAll(store, keys.slice(-3), 'after');
            await remove(keys[2_050] ?? '');
            await put(`${prefix}zzz`);
          }
          listed.push(page);
        }
        expect(listed.length).toBeGreaterThan(1);
        expect(new Set(listed.map((page) => page.revision)).size).toBe(1);
        expect(keysOf(listed)).toEqual(keys);
        expect(new Set(entriesOf(listed).map((entry) => entry.value))).toEqual(new Set(['before']));
      });

      it('reaches every key of the store by the empty prefix', async () => {
        const key = `${freshPrefix()}a`;
        await put(key);
        expect(keysOf(await pages(store, ''))).toContain(key);
      });
    });

    describe('transact', () => {
      it('applies all its operations as one revision', async () => {
        const prefix = freshPrefix();
        const before = await put(`${prefix}old`);
        const { applied, revision } = await apply(
          { type: 'put', key: `${prefix}a`, value: '1' },
          { type: 'delete', key: `${prefix}old` },
          { type: 'put', key: `${prefix}b`, value: '2' },
        );
        expect({ applied, revision }).toEqual({ applied: true, revision: before.revision + 1 });
        const found = entriesOf(await pages(store, prefix));
        expect(found.map((entry) => [entry.key, entry.modRevision])).toEqual([
          [`${prefix}a`, revision],
          [`${prefix}b`, revision],
        ]);
      });

      it('makes no revision when nothing changes', async () => {
        const { revision } = await put(`${freshPrefix()}a`);
        expect(await remove(`${freshPrefix()}none`)).toEqual({ applied: true, revision });
        expect(await apply()).toEqual({ applied: true, revision });
      });

      describe.each([
        { guard: 'absent', there: false, gone: true },
        { guard: 'its revision', there: true, gone: false },
        { guard: 'another revision', there: false, gone: false },
        { guard: 'revision 0', there: false, gone: true },
        { guard: 'its lease', there: true, gone: false },
        { guard: 'another lease', there: false, gone: false },
        { guard: 'no lease', there: false, gone: true },
      ])('guarded by $guard', ({ guard, there, gone }) => {
        const guardOn = (key: string, revision: number, lease: string, other: string) => {
          switch (guard) {
            case 'absent':
              return { type: 'absent', key } as const;
            case 'its revision':
              return { type: 'revision', key, modRevision: revision } as const;
            case 'another revision':
              return { type: 'revision', key, modRevision: revision + 1_000 } as const;
            case 'revision 0':
              return { type: 'revision', key, modRevision: 0 } as const;
            case 'its lease':
              return { type: 'lease', key, lease } as const;
            case 'another lease':
              return { type: 'lease', key, lease: other } as const;
            default:
              return { type: 'lease', key, lease: NO_LEASE } as const;
          }
        };

        it.each([
          { key: 'there', applied: there },
          { key: 'gone', applied: gone },
        ])('on a key that is $key: applied is $applied', async ({ key: state, applied }) => {
          const key = `${freshPrefix()}a`;
          const lease = await store.grantLease(60);
          const other = await store.grantLease(60);
          const { revision } = await put(key, 'before', lease.id);
          if (state === 'gone') await remove(key);
          const result = await store.transact({
            guards: [guardOn(key, revision, lease.id, other.id)],
            operations: [{ type: 'put', key, value: 'after' }],
          });
          expect(result.applied).toBe(applied);
          const left = state === 'gone' ? undefined : 'before';
          expect((await store.get(key))?.value).toBe(applied ? 'after' : left);
        });
      });

      it('writes nothing at all when one guard of several fails', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}taken`);
        const result = await store.transact({
          guards: [
            { type: 'absent', key: `${prefix}a` },
            { type: 'absent', key: `${prefix}taken` },
          ],
          operations: [
            { type: 'put', key: `${prefix}a`, value: '' },
            { type: 'delete', key: `${prefix}taken` },
          ],
        });
        expect(result).toEqual({ applied: false, revision });
        expect(keysOf(await pages(store, prefix))).toEqual([`${prefix}taken`]);
      });

      it('writes nothing at all when one put names a lease that does not exist', async () => {
        const prefix = freshPrefix();
        const failing = apply(
          { type: 'put', key: `${prefix}a`, value: '' },
          { type: 'put', key: `${prefix}b`, value: '', lease: '987654321' },
        );
        await expect(failing).rejects.toMatchObject({ name: 'KeyStoreError', code: 'lease-not-found' });
        expect(keysOf(await pages(store, prefix))).toEqual([]);
      });

      it('does not look at leases when its guards fail', async () => {
        const key = `${freshPrefix()}a`;
        await put(key);
        const result = await store.transact({
          guards: [{ type: 'absent', key }],
          operations: [{ type: 'put', key, value: '', lease: '987654321' }],
        });
        expect(result.applied).toBe(false);
      });

      it('takes 128 operations', async () => {
        const prefix = freshPrefix();
        expect((await apply(...puts(prefix, 128))).applied).toBe(true);
      });

      it.each([
        { what: '129 operations', operations: (prefix: string) => puts(prefix, 129) },
        { what: 'an empty key', operations: () => [{ type: 'put', key: '', value: '' } as const] },
        {
          what: 'a key put twice',
          operations: (prefix: string) => [...puts(prefix, 1), ...puts(prefix, 1)],
        },
        {
          what: 'a key put and deleted',
          operations: (prefix: string) => [...puts(prefix, 1), { type: 'delete', key: `${prefix}0` } as const],
        },
        {
          what: 'a value above the size of a request',
          operations: (prefix: string) => [{ type: 'put', key: prefix, value: 'x'.repeat(1_600_000) } as const],
        },
      ])('refuses $what as invalid', async ({ operations }) => {
        const prefix = freshPrefix();
        const failing = apply(...operations(prefix));
        await expect(failing).rejects.toMatchObject({ name: 'KeyStoreError', code: 'invalid' });
        expect(keysOf(await pages(store, prefix))).toEqual([]);
      });
    });

    describe('watch', () => {
      it('reports changes under its prefix only, in order, one call a revision', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}a`, '0');
        const watch = recordWatch(store, prefix, revision + 1);
        await waitFor(() => expect(watch.opened).toBe(1));
        await put(`${prefix}a`, '1');
        await put(`${freshPrefix()}elsewhere`);
        await apply(
          { type: 'put', key: `${prefix}c`, value: '2' },
          { type: 'delete', key: `${prefix}a` },
          { type: 'put', key: `${prefix}b`, value: '3' },
        );
        await remove(`${prefix}c`);
        const expected = [
          `put ${prefix}a=1`,
          `put ${prefix}c=2`,
          `delete ${prefix}a`,
          `put ${prefix}b=3`,
          `delete ${prefix}c`,
        ];
        await waitFor(() => expect(watch.words).toEqual(expected));
        expect(watch.calls.map((call) => call.revision)).toEqual([revision + 1, revision + 3, revision + 4]);
        watch.stream.close();
      });

      it('says of a put all that a get would', async () => {
        const key = `${freshPrefix()}a`;
        const { id } = await store.grantLease(60);
        const made = await put(key, 'x');
        const changed = await put(key, 'ö', id);
        const watch = recordWatch(store, key, changed.revision);
        const entry = { key, value: 'ö', createRevision: made.revision, modRevision: changed.revision, lease: id };
        await waitFor(() =>
          expect(watch.calls).toEqual([{ revision: changed.revision, changes: [{ type: 'put', entry }] }]),
        );
        watch.stream.close();
      });

      it('begins in the past, and goes on with the present', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}a`, '1');
        await put(`${prefix}b`, '2');
        await remove(`${prefix}a`);
        const watch = recordWatch(store, prefix, revision + 1);
        await put(`${prefix}c`, '3');
        await waitFor(() => expect(watch.words).toEqual([`put ${prefix}b=2`, `delete ${prefix}a`, `put ${prefix}c=3`]));
        watch.stream.close();
      });

      it('begins with what comes when from revision 0', async () => {
        const prefix = freshPrefix();
        await put(`${prefix}a`, '1');
        const watch = recordWatch(store, prefix, 0);
        await waitFor(() => expect(watch.opened).toBe(1));
        await put(`${prefix}b`, '2');
        await waitFor(() => expect(watch.words).toEqual([`put ${prefix}b=2`]));
        watch.stream.close();
      });

      it('ends with `compacted` when it begins later than the next revision: the store went back', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}a`, '1');
        const watch = recordWatch(store, prefix, revision + 2);
        await waitFor(() => expect(watch.ends).toEqual([{ reason: 'compacted', compactRevision: revision }]));
        expect(watch.opened).toBe(0);
      });

      it('calls its listener only after it has returned, and opens once', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}a`);
        const watch = recordWatch(store, prefix, revision);
        expect([watch.opened, watch.calls.length]).toEqual([0, 0]);
        await waitFor(() => expect(watch.calls.length).toBe(1));
        expect(watch.opened).toBe(1);
        watch.stream.close();
      });

      it('ends with `compacted`, and from where on history is left, when it begins too early', async () => {
        const prefix = freshPrefix();
        const { revision } = await put(`${prefix}a`, '1');
        await put(`${prefix}b`, '2');
        const newest = await put(`${prefix}c`, '3');
        await subject.compact(newest.revision);
        const watch = recordWatch(store, prefix, revision);
        await waitFor(() => expect(watch.ends).toEqual([{ reason: 'compacted', compactRevision: newest.revision }]));
        expect(watch.calls).toEqual([]);
        const later = recordWatch(store, prefix, newest.revision + 1);
        await put(`${prefix}d`, '4');
        await waitFor(() => expect(later.words).toEqual([`put ${prefix}d=4`]));
        later.stream.close();
      });

      it('ends once, with `closed`, when closed, and says nothing more', async () => {
        const prefix = freshPrefix();
        const watch = recordWatch(store, prefix, 0);
        const witness = recordWatch(store, prefix, 0);
        await waitFor(() => expect([watch.opened, witness.opened]).toEqual([1, 1]));
        watch.stream.close();
        expect(watch.ends).toEqual([{ reason: 'closed' }]);
        watch.stream.close();
        await put(`${prefix}a`, '1');
        await waitFor(() => expect(witness.words).toEqual([`put ${prefix}a=1`]));
        expect([watch.calls, watch.ends]).toEqual([[], [{ reason: 'closed' }]]);
        witness.stream.close();
      });
    });

    it('lets a watch be closed from within its own call', async () => {
      const prefix = freshPrefix();
      const { revision } = await put(`${prefix}a`);
      await put(`${prefix}b`);
      const calls: string[] = [];
      const stream = store.watch(prefix, revision, {
        onOpen: () => calls.push('open'),
        onChanges: (changes) => {
          calls.push(`${changes.length} changed`);
          stream.close();
        },
        onEnd: (end) => calls.push(end.reason),
      });
      const witness = recordWatch(store, prefix, revision);
      await waitFor(() => expect(witness.words.length).toBe(2));
      await waitFor(() => expect(calls).toContain('closed'));
      await put(`${prefix}c`);
      await waitFor(() => expect(witness.words.length).toBe(3));
      expect(calls).toEqual(['open', '1 changed', 'closed']);
      witness.stream.close();
    });

    describe('leases', () => {
      it('keeps a lease while it is renewed, and says what it holds', async () => {
        const prefix = freshPrefix();
        const lease = await store.grantLease(60);
        expect(lease.ttlSeconds).toBe(60);
        await put(`${prefix}a`, '', lease.id);
        await put(`${prefix}b`, '', lease.id);
        await put(`${prefix}b`, '');
        expect(await store.renewLease(lease.id)).toBe(60);
        const state = await store.inspectLease(lease.id);
        expect(state).toMatchObject({ grantedSeconds: 60, keys: [`${prefix}a`] });
        expect(state?.remainingSeconds).toBeGreaterThan(50);
        expect((await store.get(`${prefix}a`))?.lease).toBe(lease.id);
      });

      it('removes the keys of a lease that ran out, as one revision that watches report', async () => {
        const prefix = freshPrefix();
        const lease = await store.grantLease(1);
        const kept = await put(`${prefix}kept`);
        const watch = recordWatch(store, prefix, kept.revision + 1);
        await apply(
          { type: 'put', key: `${prefix}b`, value: '', lease: lease.id },
          { type: 'put', key: `${prefix}a`, value: '', lease: lease.id },
        );
        await subject.advance(lease.ttlSeconds);
        await waitFor(() => expect(watch.words.slice(2)).toEqual([`delete ${prefix}a`, `delete ${prefix}b`]));
        expect(watch.calls.length).toBe(2);
        expect(keysOf(await pages(store, prefix))).toEqual([`${prefix}kept`]);
        expect(await store.inspectLease(lease.id)).toBeUndefined();
        expect(await store.renewLease(lease.id)).toBe(0);
        watch.stream.close();
      });

      it('removes the keys of a lease that is revoked, and does not mind a second time', async () => {
        const key = `${freshPrefix()}a`;
        const lease = await store.grantLease(60);
        await put(key, '', lease.id);
        await store.revokeLease(lease.id);
        expect(await store.get(key)).toBeUndefined();
        expect(await store.renewLease(lease.id)).toBe(0);
        expect(await store.inspectLease(lease.id)).toBeUndefined();
        await store.revokeLease(lease.id);
      });

      it('does not remove a key that went over to another lease', async () => {
        const key = `${freshPrefix()}a`;
        const first = await store.grantLease(60);
        const second = await store.grantLease(60);
        await put(key, '', first.id);
        await put(key, '', second.id);
        await store.revokeLease(first.id);
        expect((await store.get(key))?.lease).toBe(second.id);
      });

      it('knows a lease with less than a second left', async () => {
        const { id } = await store.grantLease(1);
        expect(await store.inspectLease(id)).toMatchObject({ grantedSeconds: 1, keys: [] });
      });

      it('knows nothing of a lease that never was', async () => {
        expect(await store.inspectLease('987654321')).toBeUndefined();
        expect(await store.renewLease('987654321')).toBe(0);
        await store.revokeLease('987654321');
      });
    });

    describe('close', () => {
      it('ends watches with `closed` and refuses every call', async () => {
        const other = await subject.open();
        const prefix = freshPrefix();
        const watch = recordWatch(other, prefix, 0);
        await waitFor(() => expect(watch.opened).toBe(1));
        await other.close();
        expect(watch.ends).toEqual([{ reason: 'closed' }]);
        const calls = [
          () => other.get(prefix),
          () => pages(other, prefix),
          () => other.transact({ guards: [], operations: [] }),
          () => other.grantLease(60),
          () => other.renewLease('1'),
          () => other.revokeLease('1'),
          () => other.inspectLease('1'),
        ];
        for (const call of calls) await expect(call()).rejects.toMatchObject({ name: 'KeyStoreError', code: 'closed' });
        const late = recordWatch(other, prefix, 0);
        await waitFor(() => expect(late.ends).toEqual([{ reason: 'closed' }]));
        await other.close();
      });
    });
  });
}

/** Every page of a listing. */
export async function pages(store: KeyStore, prefix: string): Promise<Page[]> {
  const all: Page[] = [];
  for await (const page of store.list(prefix)) all.push(page);
  return all;
}

/** Puts every key to one value, in transactions as large as the store takes. */
export async function putAll(store: KeyStore, keys: readonly string[], value: string): Promise<void> {
  for (let start = 0; start < keys.length; start += 128) {
    const operations = keys.slice(start, start + 128).map((key): Operation => ({ type: 'put', key, value }));
    await store.transact({ guards: [], operations });
  }
}

function puts(prefix: string, count: number): Operation[] {
  return Array.from({ length: count }, (_, index) => ({ type: 'put', key: `${prefix}${index}`, value: '' }));
}

function entriesOf(all: readonly Page[]): Entry[] {
  return all.flatMap((page) => page.entries);
}

function keysOf(all: readonly Page[]): string[] {
  return entriesOf(all).map((entry) => entry.key);
}
