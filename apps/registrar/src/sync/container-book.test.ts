import { parseTimestamp } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { registrarDefaults } from '../config.ts';
import { createSkydnsLayout } from '../records/skydns-layout.ts';
import { type ContainerSketch, idOf, sketchContainer } from '../testing/container.ts';
import { type ContainerBook, createContainerBook } from './container-book.ts';
import type { DeregisterRule } from './deregister-rule.ts';

const rules = registrarDefaults;

function newBook(deregister: DeregisterRule = 'always'): ContainerBook {
  const layout = createSkydnsLayout(['local'], rules);
  return createContainerBook(
    { name: 'n', addresses: { ipv4: '10.0.0.5' } },
    { rules, layout, deregister, drainSeconds: 60 },
  );
}

function listing(...sketches: readonly ContainerSketch[]) {
  return new Map(sketches.map(sketchContainer).map((container) => [container.id, container]));
}

function hosts(book: ContainerBook, nowMs = 0): Record<string, string> | undefined {
  const records = book.desired(nowMs)?.records;
  return records && Object.fromEntries(Array.from(records, ([key, value]) => [key, JSON.parse(value).host]));
}

const web = '/skydns/local/web/n:web:80';

describe('createContainerBook', () => {
  it('concludes nothing before the first listing', () => {
    const book = newBook();
    expect(book.desired(0)).toBeUndefined();
    book.replaceAll(new Map(), 0);
    expect(hosts(book)).toEqual({});
  });

  it('follows starts and ends', () => {
    const book = newBook();
    book.replaceAll(listing(), 0);
    book.update({ id: idOf('web'), container: sketchContainer(), exitCode: undefined }, 0);
    expect(hosts(book)).toEqual({ [web]: '10.0.0.5' });
    expect(book.counts()).toEqual({ running: 1, draining: 0, skippedPorts: 0 });
    const ended = sketchContainer({ state: { running: false, exitCode: 1 } });
    book.update({ id: ended.id, container: ended, exitCode: 1 }, 0);
    expect(hosts(book)).toEqual({});
    book.update({ id: ended.id, container: undefined, exitCode: undefined }, 0);
    expect(book.parts()).toEqual([]);
  });

  it('takes a listing for the whole truth', () => {
    const book = newBook();
    book.replaceAll(listing({ name: 'a' }, { name: 'web' }), 0);
    book.replaceAll(listing({ name: 'web' }), 0);
    expect(hosts(book)).toEqual({ [web]: '10.0.0.5' });
  });

  it('follows the container whose network another one shares, listed in any order', () => {
    const book = newBook();
    const sharer = { name: 'web', networkMode: `container:${idOf('pod')}`, ports: ['80'], networks: {} };
    const pod = { name: 'pod', ports: [], networks: { bridge: '172.17.0.9' } };
    book.replaceAll(listing(sharer, pod), 0);
    expect(hosts(book)).toEqual({ [web]: '172.17.0.9' });
    const moved = sketchContainer({ ...pod, networks: { bridge: '172.17.0.10' } });
    book.update({ id: moved.id, container: moved, exitCode: undefined }, 0);
    expect(hosts(book)).toEqual({ [web]: '172.17.0.10' });
    book.update({ id: moved.id, container: undefined, exitCode: undefined }, 0);
    expect(hosts(book)).toEqual({});
  });

  it('finds the other container by its name too', () => {
    const book = newBook();
    book.replaceAll(
      listing(
        { name: 'web', networkMode: 'container:pod', ports: ['80'], networks: {} },
        { name: 'pod', ports: [], networks: { bridge: '172.17.0.9' } },
      ),
      0,
    );
    expect(hosts(book)).toEqual({ [web]: '172.17.0.9' });
  });

  it("follows the host's address", () => {
    const book = newBook();
    book.replaceAll(listing({ name: 'web' }), 0);
    book.setHost({ name: 'n', addresses: { ipv4: '10.0.0.6' } });
    expect(hosts(book)).toEqual({ [web]: '10.0.0.6' });
  });

  describe('with -deregister on-success', () => {
    const failed = sketchContainer({ state: { running: false, exitCode: 3 } });

    it('keeps the records of a container that failed for the TTL, even when it is removed at once', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      book.update({ id: failed.id, container: undefined, exitCode: 3 }, 1000);
      expect(book.nextChangeMs(1000)).toBe(61_000);
      expect(hosts(book, 60_999)).toEqual({ [web]: '10.0.0.5' });
      expect(hosts(book, 61_000)).toEqual({});
      expect(book.nextChangeMs(61_000)).toBeUndefined();
    });

    it('does not name an expiry that has passed, although nobody has asked for the records since', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      book.update({ id: failed.id, container: undefined, exitCode: 3 }, 1000);
      expect(book.nextChangeMs(61_000)).toBeUndefined();
    });

    it('keeps them when the failure is found by listing', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      book.replaceAll(new Map([[failed.id, failed]]), 1000);
      expect(hosts(book, 2000)).toEqual({ [web]: '10.0.0.5' });
    });

    it('lets a successor with the same key have it at once', () => {
      const book = newBook('on-success');
      const labels = { SERVICE_NAME: 'web', SERVICE_ID: 'one' };
      book.replaceAll(listing({ name: 'first', labels }), 0);
      book.update({ id: idOf('first'), container: undefined, exitCode: 3 }, 0);
      const second = sketchContainer({ name: 'second', labels, ports: ['10.0.0.9:1:80'] });
      book.update({ id: second.id, container: second, exitCode: undefined }, 0);
      expect(hosts(book)).toEqual({ '/skydns/local/web/one': '10.0.0.9' });
      expect(book.desired(0)?.duplicates).toEqual([]);
    });

    it('forgets them when the container starts again', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      book.update({ id: failed.id, container: failed, exitCode: 3 }, 0);
      book.update({ id: failed.id, container: sketchContainer(), exitCode: undefined }, 0);
      expect(book.nextChangeMs(0)).toBeUndefined();
    });

    it('removes those of a container that ended well, or of which nothing is known', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'a' }, { name: 'b' }), 0);
      book.update({ id: idOf('a'), container: undefined, exitCode: 143 }, 0);
      book.replaceAll(listing(), 0);
      expect(hosts(book)).toEqual({});
    });
  });

  it('counts ports that are left out, and forgets those of containers that are gone', () => {
    const book = newBook();
    book.replaceAll(listing({ name: 'web', ports: ['8080:80', '443', '444'] }), 0);
    expect(book.counts()).toEqual({ running: 1, draining: 0, skippedPorts: 2 });
    book.replaceAll(new Map(), 0);
    expect(book.counts()).toEqual({ running: 0, draining: 0, skippedPorts: 0 });
  });

  it('names the keys that change and the containers that were worked out again, once', () => {
    const book = newBook();
    book.replaceAll(listing({ name: 'web' }), 0);
    expect(book.takeChanges(0)).toEqual({ keys: new Set([web]), containers: new Set([idOf('web')]) });
    expect(book.takeChanges(0)).toEqual({ keys: new Set(), containers: new Set() });
    book.replaceAll(listing({ name: 'web' }), 0);
    expect(book.takeChanges(0)).toEqual({ keys: new Set(), containers: new Set() });
    book.replaceAll(listing({ name: 'web', labels: { other: 'label' } }), 0);
    expect(book.takeChanges(0)).toEqual({ keys: new Set(), containers: new Set([idOf('web')]) });
    book.setHost({ name: 'n', addresses: { ipv4: '10.0.0.5' } });
    expect(book.takeChanges(0).containers).toEqual(new Set());
  });

  it.each([
    { state: { health: 'starting' }, reason: 'has not passed its health check yet' },
    { state: { health: 'unhealthy' }, reason: 'is unhealthy' },
    { state: { paused: true }, reason: 'is paused' },
  ] as const)('withholds what $reason, and takes it back', ({ state, reason }) => {
    const book = newBook();
    const put = (container = sketchContainer()): void =>
      book.update({ id: container.id, container, exitCode: undefined }, 0);
    book.replaceAll(listing({ name: 'web', state: { health: 'healthy' } }), 0);
    put(sketchContainer({ state: { health: 'healthy', ...state } }));
    expect(hosts(book)).toEqual({});
    expect(book.part(idOf('web'))?.skipped).toEqual([{ port: '*', reason: expect.stringContaining(reason) }]);
    put(sketchContainer({ state: { health: 'healthy' } }));
    expect(hosts(book)).toEqual({ [web]: '10.0.0.5' });
  });

  it('on-success: keeps nothing of a container that has become unhealthy, nor when it fails then', () => {
    const book = newBook('on-success');
    book.replaceAll(listing({ name: 'web', state: { health: 'healthy' } }), 0);
    const ill = sketchContainer({ state: { health: 'unhealthy' } });
    book.update({ id: ill.id, container: ill, exitCode: undefined }, 0);
    expect(hosts(book)).toEqual({});
    book.update({ id: ill.id, container: undefined, exitCode: 1 }, 0);
    expect(hosts(book)).toEqual({});
    expect(book.nextChangeMs(0)).toBeUndefined();
  });

  describe('when a container is asked to stop', () => {
    const STARTED = '2026-01-01T00:00:00.000000000Z';
    const started = parseTimestamp(STARTED) ?? 0n;
    const running = sketchContainer({ state: { startedAt: STARTED } });

    const ask = (
      book: ContainerBook,
      nowMs: number,
      signal = '15',
      afterNano = BigInt(nowMs) * 1_000_000n + 1n,
    ): void =>
      book.heed({ action: 'kill', id: idOf('web'), timeNano: started + afterNano, attributes: { signal } }, nowMs);

    const bookOf = (...sketches: readonly ContainerSketch[]): ContainerBook => {
      const book = newBook();
      book.replaceAll(listing(...sketches), 0);
      return book;
    };

    it('takes its services out, says why, and takes them back if it still runs after the time to drain', () => {
      const book = bookOf({ name: 'web' }, { name: 'api' });
      ask(book, 1000);
      expect(hosts(book, 1000)).toEqual({ '/skydns/local/web/n:api:80': '10.0.0.5' });
      expect(book.counts()).toEqual({ running: 2, draining: 1, skippedPorts: 1 });
      expect(book.part(idOf('web'))?.skipped).toEqual([
        { port: '*', reason: expect.stringMatching(/^container web is being stopped/) },
      ]);
      expect(book.nextChangeMs(1000)).toBe(61_000);
      expect(book.takeChanges(60_999).keys).toEqual(new Set(['/skydns/local/web/n:api:80', web]));
      expect(book.takeChanges(61_000).keys).toEqual(new Set([web]));
      expect(Object.keys(hosts(book, 61_000) ?? {})).toHaveLength(2);
      expect(book.nextChangeMs(61_000)).toBeUndefined();
      expect(book.counts()).toMatchObject({ draining: 0, skippedPorts: 0 });
    });

    it('keeps them out whatever is seen of it meanwhile, and whatever the listings say', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000);
      book.update({ id: running.id, container: running, exitCode: undefined }, 2000);
      book.replaceAll(listing({ name: 'web' }), 3000);
      expect(hosts(book, 3000)).toEqual({});
      expect(book.nextChangeMs(3000)).toBe(61_000);
    });

    it('registers it at once when it was started anew', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000);
      const anew = sketchContainer({ state: { startedAt: '2026-01-01T00:00:05Z' } });
      book.update({ id: anew.id, container: anew, exitCode: undefined }, 5000);
      expect(hosts(book, 5000)).toEqual({ [web]: '10.0.0.5' });
      expect(book.nextChangeMs(5000)).toBeUndefined();
    });

    it('forgets it when it has ended', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000);
      const ended = sketchContainer({ state: { running: false } });
      book.update({ id: ended.id, container: ended, exitCode: 143 }, 2000);
      expect(book.nextChangeMs(2000)).toBeUndefined();
      expect(book.counts()).toEqual({ running: 0, draining: 0, skippedPorts: 0 });
    });

    it('does so until the newest signal has run out, and hears each signal once', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000);
      ask(book, 1500, '15', 1_000_000_001n);
      expect(book.nextChangeMs(2000)).toBe(61_000);
      ask(book, 11_000, '9');
      expect(book.nextChangeMs(12_000)).toBe(71_000);
    });

    it('is not taken out again by the same signal when it has survived that, but by the next one', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000);
      expect(hosts(book, 61_000)).toEqual({ [web]: '10.0.0.5' });
      ask(book, 62_000, '15', 1_000_000_001n);
      expect(hosts(book, 62_000)).toEqual({ [web]: '10.0.0.5' });
      ask(book, 63_000);
      expect(hosts(book, 63_000)).toEqual({});
      expect(hosts(book, 123_000)).toEqual({ [web]: '10.0.0.5' });
    });

    it('changes nothing for other signals, nor for one to an earlier run', () => {
      const book = bookOf({ name: 'web' });
      ask(book, 1000, '1');
      ask(book, 1000, '15', -1n);
      expect(hosts(book, 1000)).toEqual({ [web]: '10.0.0.5' });
    });

    it('changes nothing with -drain 0', () => {
      const layout = createSkydnsLayout(['local'], rules);
      const host = { name: 'n', addresses: { ipv4: '10.0.0.5' } };
      const book = createContainerBook(host, { rules, layout, deregister: 'always', drainSeconds: 0 });
      book.replaceAll(listing({ name: 'web' }), 0);
      ask(book, 1000);
      expect(hosts(book, 1000)).toEqual({ [web]: '10.0.0.5' });
    });

    it('on-success: keeps nothing when it fails on the way out', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      ask(book, 1000);
      const ended = sketchContainer({ state: { running: false, exitCode: 1 } });
      book.update({ id: ended.id, container: ended, exitCode: 1 }, 2000);
      expect(hosts(book, 2000)).toEqual({});
    });
  });
});
