import { describe, expect, it } from 'vitest';
import {
  describeHealthChange,
  describeLines,
  describeQuestions,
  describeSettling,
  shortenReason,
} from './describe-change.ts';
import type { HostHealth } from './lab-view.ts';

const READY = { kind: 'ready' } as const;
const healthy: HostHealth = {
  etcd: 'follower',
  engineAnswers: true,
  agents: { registrar: READY, 'dns-server': READY, 'log-shipper': READY },
};

describe('describeHealthChange', () => {
  it('says nothing at the first look, nor when nothing changed', () => {
    expect(describeHealthChange('host-1', undefined, healthy)).toEqual([]);
    expect(describeHealthChange('host-1', healthy, structuredClone(healthy))).toEqual([]);
  });

  it('does not repeat that an agent is not ready when only the reason is another', () => {
    const waiting = (reason: string): HostHealth => ({
      ...healthy,
      agents: { ...healthy.agents, registrar: { kind: 'not-ready', reasons: [reason] } },
    });
    expect(describeHealthChange('host-1', waiting('no lease'), waiting('etcd is away'))).toEqual([]);
  });

  it('says each change, there and back', () => {
    const ill: HostHealth = {
      etcd: 'alone',
      engineAnswers: false,
      agents: {
        ...healthy.agents,
        registrar: { kind: 'silent' },
        'dns-server': { kind: 'not-ready', reasons: ['etcd is away'] },
      },
    };
    expect(describeHealthChange('host-1', healthy, ill)).toEqual([
      'host-1: its etcd member knows no leader',
      'host-1: the engine does not answer',
      'host-1: registrar does not answer',
      'host-1: dns-server is not ready: etcd is away',
    ]);
    expect(describeHealthChange('host-1', ill, healthy)).toEqual([
      'host-1: its etcd member follows a leader',
      'host-1: the engine answers',
      'host-1: registrar is ready',
      'host-1: dns-server is ready',
    ]);
  });
});

describe('shortenReason', () => {
  it.each([
    [
      'etcd http://10.77.0.11:2379,http://10.77.0.12:2379 is away, and the last known records are served: watch: cut',
      'etcd is away, and the last known records are served',
    ],
    ['stopping', 'stopping'],
    ['', ''],
  ])('of %j leaves %j', (reason, expected) => {
    expect(shortenReason(reason)).toBe(expected);
  });
});

describe('describeSettling', () => {
  it('gives the time of each host, and names those that have not got so far', () => {
    const settled = new Map([
      ['host-1', 9_812],
      ['host-3', undefined],
    ]);
    expect(describeSettling('web gone from', settled, 60_000)).toBe(
      'web gone from the answers of host-1 after 9.8 s, of host-3 not within 60.0 s',
    );
  });

  it('says when nobody was asked', () => {
    expect(describeSettling('web gone from', new Map(), 0)).toBe('web gone from: no other host is there to answer');
  });
});

describe('describeQuestions', () => {
  it.each([
    [{ asked: 1_204, unanswered: 0, different: 0 }, '0 of 1,204 questions unanswered'],
    [{ asked: 10, unanswered: 2, different: 1 }, '2 of 10 questions unanswered, 1 answered with other addresses'],
  ])('of %j is: %s', (counts, expected) => {
    expect(describeQuestions(counts)).toBe(expected);
  });
});

describe('describeLines', () => {
  const counts = (total: number, missing = 0, repeated = 0) => ({ total, missing, repeated, perSecond: 0 });

  it.each([
    [[counts(10), counts(5)], [counts(30), counts(25)], '0 of 40 lines lost'],
    [[counts(10)], [counts(20, 3)], '3 of 13 lines lost'],
    [[counts(10, 3)], [counts(23)], '0 of 13 lines lost'],
    [[counts(10, 1, 1)], [counts(20, 1, 4)], '0 of 10 lines lost, 3 arrived twice'],
  ])('between %j and %j is: %s', (before, after, expected) => {
    expect(describeLines(before, after)).toBe(expected);
  });
});
