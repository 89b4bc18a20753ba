import { describe, expect, it } from 'vitest';
import { registrarDefaults } from '../config.ts';
import { createSkydnsLayout } from '../records/skydns-layout.ts';
import { type ContainerSketch, idOf, sketchContainer } from '../testing/container.ts';
import { type ContainerBook, createContainerBook } from './container-book.ts';
import type { DeregisterRule } from './deregister-rule.ts';

const rules = registrarDefaults;

function newBook(deregister: DeregisterRule = 'always'): ContainerBook {
  const layout = createSkydnsLayout(['local'], rules);
  return createContainerBook({ name: 'n', addresses: { ipv4: '10.0.0.5' } }, { rules, layout, deregister });
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
    expect(book.running()).toBe(1);
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
      expect(book.nextExpiryMs(1000)).toBe(61_000);
      expect(hosts(book, 60_999)).toEqual({ [web]: '10.0.0.5' });
      expect(hosts(book, 61_000)).toEqual({});
      expect(book.nextExpiryMs(61_000)).toBeUndefined();
    });

    it('does not name an expiry that has passed, although nobody has asked for the records since', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'web' }), 0);
      book.update({ id: failed.id, container: undefined, exitCode: 3 }, 1000);
      expect(book.nextExpiryMs(61_000)).toBeUndefined();
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
      expect(book.nextExpiryMs(0)).toBeUndefined();
    });

    it('removes those of a container that ended well, or of which nothing is known', () => {
      const book = newBook('on-success');
      book.replaceAll(listing({ name: 'a' }, { name: 'b' }), 0);
      book.update({ id: idOf('a'), container: undefined, exitCode: 143 }, 0);
      book.replaceAll(listing(), 0);
      expect(hosts(book)).toEqual({});
    });
  });
});
