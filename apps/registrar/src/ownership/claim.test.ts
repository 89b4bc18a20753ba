import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, claimKey, judgeClaim, parseClaim, renderClaim, wasRenewed } from './claim.ts';

const self: Claim = { instance: 'me', bootId: 'boot-1', ttlSeconds: 60, released: false };

describe('claimKey', () => {
  it('lies outside of the records', () => {
    expect(claimKey('node-1')).toBe('/wharf/registrar/node-1');
  });
});

describe('parseClaim', () => {
  it('reads what renderClaim writes', () => {
    expect(parseClaim(renderClaim(self))).toEqual(self);
  });

  it.each([
    '',
    'null',
    '[]',
    '"x"',
    '{}',
    '{"instance":1,"bootId":"","ttlSeconds":60,"released":false}',
    '{"instance":"a","bootId":"","ttlSeconds":0,"released":false}',
    '{"instance":"a","bootId":"","ttlSeconds":60,"released":"no"}',
  ])('takes %j for no claim', (text) => {
    expect(parseClaim(text)).toBeUndefined();
  });

  it('never throws', () => {
    const neverThrows = fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseClaim(text));
    expect(fc.check(neverThrows).failed).toBe(false);
  });
});

describe('judgeClaim', () => {
  const entry = (claim: Partial<Claim>, lease = '7') => ({
    value: renderClaim({ ...self, instance: 'other', ...claim }),
    lease,
  });

  it.each([
    { said: 'nobody claims it', entry: undefined, verdict: { action: 'replace', former: undefined } },
    { said: 'a process of the same boot', entry: entry({}), verdict: { action: 'adopt', lease: '7' } },
    {
      said: 'a process of the same boot with another TTL',
      entry: entry({ ttlSeconds: 40 }),
      verdict: { action: 'replace', former: '7' },
    },
    {
      said: 'a process of another boot',
      entry: entry({ bootId: 'boot-2' }),
      verdict: { action: 'observe', windowMs: 23_000 },
    },
    {
      said: 'a process of another boot that has ended in good order',
      entry: entry({ bootId: 'boot-2', released: true }),
      verdict: { action: 'adopt', lease: '7' },
    },
    {
      said: 'text that no registrar wrote',
      entry: { value: 'x', lease: '7' },
      verdict: { action: 'observe', windowMs: 23_000 },
    },
    {
      said: 'text without a lease',
      entry: { value: 'x', lease: '0' },
      verdict: { action: 'replace', former: undefined },
    },
    { said: 'this very process', entry: entry({ instance: 'me' }), verdict: { action: 'adopt', lease: '7' } },
  ])('on arrival, $said: $verdict.action', ({ entry, verdict }) => {
    expect(judgeClaim(entry, self, true)).toEqual(verdict);
  });

  it('does not take back from a process of the same boot that has taken over', () => {
    expect(judgeClaim(entry({}), self, false)).toEqual({ action: 'observe', windowMs: 23_000 });
  });

  it('does not take an unknown boot for the same one', () => {
    expect(judgeClaim(entry({ bootId: '' }), { ...self, bootId: '' }, true)).toMatchObject({ action: 'observe' });
  });
});

describe('wasRenewed', () => {
  it('tells a lease that is renewed every third of its TTL from one that is not, whenever it is looked at', () => {
    const arbitrary = fc.record({
      ttlSeconds: fc.integer({ min: 2, max: 600 }),
      phase: fc.double({ min: 0, max: 1, noNaN: true }),
      rounding: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(arbitrary, ({ ttlSeconds, phase, rounding: [first, second] }) => {
        const verdict = judgeClaim(
          { value: renderClaim({ ...self, instance: 'x', ttlSeconds }), lease: '7' },
          self,
          false,
        );
        const windowMs = verdict.action === 'observe' ? verdict.windowMs : 0;
        const third = ttlSeconds / 3;
        const sinceRenewal = phase * third;
        const before = ttlSeconds - sinceRenewal;
        const living = ttlSeconds - ((sinceRenewal + windowMs / 1000) % third);
        const dying = before - windowMs / 1000;
        expect(wasRenewed(before - first, living - second, windowMs)).toBe(true);
        expect(wasRenewed(before - first, dying - second, windowMs)).toBe(false);
      }),
    );
  });
});
