import { createManualClock, silentLogger, systemClock } from '@wharf/agent';
import { createMemoryKeyStore, type KeyStore, NO_LEASE } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { CONFIGURATION_TIMEOUT_MS, readConfiguration } from './read-configuration.ts';

const KEY = '/skydns/config';

const read = (store: KeyStore, clock = systemClock, signal?: AbortSignal) =>
  readConfiguration({ store, key: KEY, clock, log: silentLogger, signal });

describe('readConfiguration', () => {
  it('says what the store has', async () => {
    const store = createMemoryKeyStore({ clock: systemClock });
    expect(await read(store)).toEqual({ type: 'read', json: undefined });
    const put = { type: 'put', key: KEY, value: '{}', lease: NO_LEASE } as const;
    await store.transact({ guards: [], operations: [put] });
    expect(await read(store)).toEqual({ type: 'read', json: '{}' });
    await store.close();
    expect(await read(store)).toEqual({ type: 'away' });
  });

  it('waits for a silent store no longer than it may, nor when it is to stop', async () => {
    const silent = { ...createMemoryKeyStore({ clock: systemClock }), get: () => new Promise<never>(() => undefined) };
    const clock = createManualClock();
    const waiting = read(silent, clock);
    await clock.advance(CONFIGURATION_TIMEOUT_MS);
    expect(await waiting).toEqual({ type: 'away' });
    const stopping = new AbortController();
    const stopped = read(silent, clock, stopping.signal);
    stopping.abort();
    expect(await stopped).toEqual({ type: 'away' });
    expect(await read(silent, clock, AbortSignal.abort())).toEqual({ type: 'away' });
  });
});
