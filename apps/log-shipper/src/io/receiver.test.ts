import { createManualClock, NameError, silentLogger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import type { Address } from '../receivers/address.ts';
import { createReceiver } from './receiver.ts';

const never = new AbortController().signal;
const at = (address: string, ttlSeconds = 10): Address => ({ address, family: 4, ttlSeconds });
const ofService = (address: string, priority: number): Address => ({
  ...at(address),
  service: { priority, weight: 0, port: 514, target: address },
});

const create = (...first: readonly Address[]) => {
  const clock = createManualClock();
  const name = { addresses: first, isAnswering: true, lookups: 0 };
  const lookup = async (): Promise<readonly Address[]> => {
    name.lookups++;
    if (!name.isAnswering) return new Promise(() => undefined);
    if (name.addresses.length === 0) throw new NameError('not-found');
    return name.addresses;
  };
  const context = { clock, random: () => 0.5, log: silentLogger, lookup };
  const receiver = createReceiver({ host: 'logs', port: 514 }, context, never);
  const addresses = async () => (await receiver.endpoints(never)).map(({ address }) => address);
  /** The endpoint in use at the beginning. */
  const current = async () => {
    const [endpoint] = await receiver.endpoints(never);
    if (endpoint === undefined) throw new Error('no endpoint');
    return endpoint;
  };
  return { clock, name, receiver, addresses, current };
};

/** What `better` comes to, once it does. */
const wait = (found: Promise<readonly { readonly address: string }[]>) => {
  const outcome: { addresses?: readonly string[] } = {};
  void found.then((endpoints) => {
    outcome.addresses = endpoints.map(({ address }) => address);
  });
  return outcome;
};

describe('createReceiver', () => {
  it.each([
    { ttlSeconds: 0, lifetimeMs: 1_000 },
    { ttlSeconds: 10, lifetimeMs: 10_000 },
    { ttlSeconds: 3_600, lifetimeMs: 300_000 },
  ])('asks again after $lifetimeMs ms with a TTL of $ttlSeconds s', async ({ ttlSeconds, lifetimeMs }) => {
    const { clock, name, addresses } = create(at('a', ttlSeconds));
    await addresses();
    await clock.advance(lifetimeMs - 1);
    await addresses();
    expect(name.lookups).toBe(1);
    await clock.advance(1);
    name.addresses = [at('b')];
    expect(await addresses()).toEqual(['b']);
    expect(name.lookups).toBe(2);
  });

  it('goes on with what it knows when the name is gone, or nobody answers', async () => {
    const { clock, name, addresses } = create(at('a'));
    await addresses();
    name.addresses = [];
    await clock.advance(10_000);
    expect(await addresses()).toEqual(['a']);
    name.isAnswering = false;
    await clock.advance(10_000);
    const impatient = addresses();
    await clock.advance(1_000);
    expect(await impatient).toEqual(['a']);
  });

  it('has nothing to give before the first answer', async () => {
    const { name, addresses } = create();
    await expect(addresses()).rejects.toThrow('the name does not resolve');
    name.addresses = [at('a')];
    expect(await addresses()).toEqual(['a']);
  });

  it('puts what failed last, and asks early when nothing works', async () => {
    const { clock, name, receiver, current, addresses } = create(at('a', 300), at('b', 300));
    const first = await current();
    receiver.failed(first);
    expect((await addresses()).at(-1)).toBe(first.address);
    for (const endpoint of await receiver.endpoints(never)) receiver.failed(endpoint);
    await clock.advance(1_000);
    name.addresses = [at('c')];
    expect(await addresses()).toEqual(['c']);
  });

  it('speaks for another endpoint when the name has lost the one in use, within the TTL', async () => {
    const { clock, name, receiver, current } = create(at('a'));
    const outcome = wait(receiver.better(await current(), never));
    await clock.advance(30_000);
    expect(outcome.addresses).toBeUndefined();
    name.addresses = [at('b'), at('c')];
    await clock.advance(10_000);
    expect(outcome.addresses?.toSorted()).toEqual(['b', 'c']);
  });

  it('leaves a connection alone when the name has more addresses, or none', async () => {
    const { clock, name, receiver, current } = create(at('a'));
    const used = await current();
    const outcome = wait(receiver.better(used, never));
    name.addresses = [at('b'), at('a')];
    await clock.advance(60_000);
    name.addresses = [];
    await clock.advance(60_000);
    expect(outcome.addresses).toBeUndefined();
    expect(receiver.isBest(used)).toBe(true);
  });

  it('does not chase a name whose every answer is another', async () => {
    const { clock, name, receiver } = create(at('a', 1));
    let moves = 0;
    for (let second = 0; second < 60; second++) {
      name.addresses = [at(String(second), 1)];
      const [used] = await receiver.endpoints(never);
      if (used === undefined) throw new Error('no endpoint');
      const giveUp = new AbortController();
      const outcome = wait(receiver.better({ ...used, address: 'gone' }, giveUp.signal));
      await clock.advance(1_000);
      giveUp.abort();
      if (outcome.addresses === undefined) continue;
      receiver.moved();
      moves++;
    }
    expect(moves).toBeGreaterThan(1);
    expect(moves).toBeLessThan(8);
  });

  it('looks for a better priority every 30 s, not sooner after a failure than that has rested', async () => {
    const { clock, receiver, current, addresses } = create(ofService('a', 10), ofService('b', 20));
    const best = await current();
    expect(best.address).toBe('a');
    receiver.failed(best);
    expect(await addresses()).toEqual(['b', 'a']);
    const [worse] = await receiver.endpoints(never);
    if (worse === undefined) throw new Error('no endpoint');
    const outcome = wait(receiver.better(worse, never));
    await clock.advance(29_999);
    expect(outcome.addresses).toBeUndefined();
    await clock.advance(1);
    expect(outcome.addresses).toEqual(['a']);
  });

  it('ends its waiting when told to', async () => {
    const { receiver, current } = create(at('a'));
    const giveUp = new AbortController();
    const found = receiver.better(await current(), giveUp.signal);
    giveUp.abort();
    expect(await found).toEqual([]);
  });
});
