import { Rcode } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { type ForwardRequest, mayForward, refusalOfAnyName } from './may-forward.ts';

const request: ForwardRequest = {
  name: ['www', 'example', 'org'],
  ndots: 2,
  noRec: false,
  recursionDesired: true,
  isLocal: true,
  allowAll: false,
  isStub: false,
  cameFromStub: false,
};

describe('mayForward', () => {
  it.each<[string, Partial<ForwardRequest>]>([
    ['a name outside', {}],
    ['a name of just enough labels', { name: ['example', 'org'] }],
    ['a name without labels when any is allowed', { name: [], ndots: 0 }],
    ['what strangers ask when they may', { isLocal: false, allowAll: true }],
    ['a stub zone with recursion off', { isStub: true, noRec: true }],
    ['a stub zone of one label', { isStub: true, name: ['consul'] }],
    ['what came from a server that has this one for a stub zone, to the usual ones', { cameFromStub: true }],
  ])('forwards %s', (_what, change) => {
    expect(mayForward({ ...request, ...change })).toEqual({ forward: true });
  });

  it.each<[string, Partial<ForwardRequest>, rcode: number, extended: number]>([
    ['too few labels', { name: ['org'] }, Rcode.SERVFAIL, 22],
    ['the root', { name: [] }, Rcode.SERVFAIL, 22],
    ['recursion off', { noRec: true }, Rcode.REFUSED, 20],
    ['recursion off, before too few labels', { noRec: true, name: ['org'] }, Rcode.REFUSED, 20],
    ['a query that wants no recursion', { recursionDesired: false }, Rcode.REFUSED, 20],
    ['a query that wants no recursion in a stub zone', { recursionDesired: false, isStub: true }, Rcode.REFUSED, 20],
    ['a stranger (RFC 5358)', { isLocal: false }, Rcode.REFUSED, 18],
    ['a stranger and a stub zone', { isLocal: false, isStub: true }, Rcode.REFUSED, 18],
    ['a circle of stub zones', { isStub: true, cameFromStub: true }, Rcode.REFUSED, 18],
  ])('does not forward with %s', (_what, change, rcode, code) => {
    expect(mayForward({ ...request, ...change })).toMatchObject({ forward: false, rcode, refuse: { code } });
  });
});

describe('refusalOfAnyName', () => {
  const flags = ['noRec', 'recursionDesired', 'isLocal', 'allowAll', 'isStub'] as const;
  const requests = Array.from({ length: 2 ** flags.length }, (_, bits) =>
    Object.fromEntries(flags.map((flag, bit) => [flag, (bits & (1 << bit)) !== 0])),
  );

  const decisions = (change: Partial<ForwardRequest>) =>
    [[], ['org'], ['example', 'org']].map((name) => mayForward({ ...request, ...change, name }));

  it.each(requests)('is what is said of every name, with %j', (change) => {
    const refusal = refusalOfAnyName({ ...request, ...change });
    const said = decisions(change).map((decision) => (decision.forward ? undefined : decision.rcode));
    const isRefusedAlways = said.every((rcode) => rcode === Rcode.REFUSED);
    const isRefusedSometimes = said.includes(Rcode.REFUSED);
    // Never refused here and not there: whether it is does not depend on the name.
    expect([isRefusedAlways, isRefusedSometimes]).toEqual([refusal !== undefined, refusal !== undefined]);
    expect(refusal?.rcode ?? Rcode.REFUSED).toBe(Rcode.REFUSED);
  });

  it.each(['recursionDesired', 'isLocal'] as const)('tells why: %s', (flag) => {
    const refusal = refusalOfAnyName({ ...request, [flag]: false });
    expect(refusal).toBeDefined();
    expect(decisions({ [flag]: false })).toEqual([refusal, refusal, refusal]);
  });

  it('does not refuse where a name may be in a stub zone', () => {
    expect(refusalOfAnyName({ ...request, noRec: true })).toMatchObject({ refuse: { code: 20 } });
    expect(refusalOfAnyName({ ...request, noRec: true, isStub: true })).toBeUndefined();
  });
});
