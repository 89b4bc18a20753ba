import { describe, expect, it } from 'vitest';
import { pageAssumptions, pageHostCounts, readModel } from './model-installation.ts';

describe('readModel', () => {
  it('is what the page is for without variables', () => {
    expect(readModel({})).toEqual({ hostCounts: pageHostCounts, assumptions: pageAssumptions });
  });

  it('takes each number from its variable', () => {
    const env = {
      SCALE_HOSTS: '200,2000',
      SCALE_CONTAINERS: '30',
      SCALE_RECORDS: '2',
      SCALE_RESTARTS: '10',
      SCALE_FLAPS: '0.5',
      SCALE_TTL: '60',
      SCALE_TARGETS: '100',
    };
    expect(readModel(env)).toEqual({
      hostCounts: [200, 2_000],
      assumptions: {
        containersAHost: 30,
        recordsAContainer: 2,
        restartsAContainerADay: 10,
        flapsAContainerADay: 0.5,
        ttlSeconds: 60,
        leasesInUseAServer: 100,
      },
    });
  });

  it.each(['0', '1.5', 'many', '100,', '2 000'])('refuses %j hosts', (text) => {
    expect(() => readModel({ SCALE_HOSTS: text })).toThrow('SCALE_HOSTS takes numbers of hosts');
  });
});
