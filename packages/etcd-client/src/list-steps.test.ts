import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type KeyRange, prefixRange } from './etcd-messages.ts';
import { firstStep, type ListStep, nextStep } from './list-steps.ts';

const isWithin = (key: Buffer, { key: start, range_end: end }: KeyRange): boolean =>
  Buffer.compare(key, start) >= 0 && (end.equals(Buffer.from([0])) || Buffer.compare(key, end) < 0);

/** Lists as etcd would answer; tells what was found, how many requests it took, and how many keys etcd went over. */
function list(keys: readonly Buffer[], whole: KeyRange, limit: number) {
  const found: Buffer[] = [];
  let requests = 0;
  let visited = 0;
  for (let step: ListStep | undefined = firstStep(whole); step !== undefined; requests++) {
    const { range } = step;
    const inside = keys.filter((key) => isWithin(key, range));
    const page = inside.slice(0, limit);
    found.push(...page);
    visited += inside.length;
    const [first, last] = [page[0], page.at(-1)];
    const more = inside.length > page.length;
    step = nextStep(whole, step, { first, last, more, count: inside.length, found: page.length, limit });
    if (requests > 50 * (keys.length + 10)) throw new Error('it does not end');
  }
  return { found, requests, visited };
}

const sorted = (keys: readonly Buffer[]): readonly Buffer[] => keys.toSorted((a, b) => a.compare(b));

describe('nextStep', () => {
  it('finds each key of the range once, in order, whatever keys there are', () => {
    const octet = fc.constantFrom(0, 1, 0x2f, 0x61, 0xfe, 0xff);
    const key = fc
      .uint8Array({ minLength: 1, maxLength: 6 })
      .chain((any) =>
        fc
          .array(octet, { minLength: 1, maxLength: 6 })
          .map((few) => (any.length > 4 ? Buffer.from(any) : Buffer.from(few))),
      );
    const keys = fc.uniqueArray(key, { maxLength: 80, size: 'max', selector: (each) => each.toString('hex') });
    const prefix = fc.constantFrom('', 'a', '/', '/a');
    fc.assert(
      fc.property(keys, prefix, fc.integer({ min: 1, max: 5 }), (keys, prefix, limit) => {
        const whole = prefixRange(prefix);
        const expected = sorted(keys).filter((key) => isWithin(key, whole));
        expect(list(sorted(keys), whole, limit).found).toEqual(expected);
      }),
    );
  });

  it.each<[string, (n: number) => string]>([
    ['numbers', (n) => `/skydns/local/skydns/service-${n >> 2}/${n & 3}`],
    ['checksums', (n) => `/skydns/local/skydns/${Math.imul(n + 1, 0x9e37_79b1) >>> 0}`],
    ['one service', (n) => `/skydns/local/skydns/web/host-${n}:web:8080`],
    ['many levels', (n) => `/skydns/${Array.from(String(n)).join('/')}`],
  ])('goes over few keys more than once, in few requests: %s', (_title, keyOf) => {
    const keys = sorted(Array.from({ length: 4_000 }, (_, n) => Buffer.from(keyOf(n))));
    const { found, requests, visited } = list(keys, prefixRange('/skydns/'), 8);
    expect(found).toHaveLength(4_000);
    // 500 are needed; each would go over 2,000 keys if its range did not end before all do.
    expect(requests).toBeLessThan(1_000);
    expect(visited / requests).toBeLessThan(100);
  });

  it('gives up long beginnings in few requests', () => {
    const keys = Array.from({ length: 900 }, (_, n) => `/skydns/${Math.floor(n / 9)}/${'y'.repeat(120)}/${n % 9}`);
    const { requests } = list(sorted(keys.map((key) => Buffer.from(key))), prefixRange('/skydns/'), 8);
    // Two pages for each of the 100 beginnings, and the seven powers of two below 128.
    expect(requests).toBeLessThan(100 * (2 + 8));
  });
});
