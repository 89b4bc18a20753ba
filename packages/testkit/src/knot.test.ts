import { describe, expect, it } from 'vitest';
import { queryDns } from './dns-client.ts';
import { startKnot } from './knot.ts';

const domain = 'example.org';
const zoneText = `
example.org. 60 IN SOA ns.example.org. admin.example.org. 1 2 3 4 5
example.org. 60 IN NS ns.example.org.
web.example.org. 60 IN A 10.0.0.1
`;

describe('startKnot', () => {
  it('answers from the zone, and leaves no process behind', async () => {
    const knot = await startKnot({ domain, zoneText });
    const { port } = knot.address;
    expect((await queryDns({ port, name: 'web.example.org', type: 'A' })).texts).toEqual([
      'web.example.org. 60 IN A 10.0.0.1',
    ]);
    await knot.stop();
    expect(() => process.kill(knot.pid, 0)).toThrow('ESRCH');
  });

  it('quotes Knot when it does not come up', async () => {
    await expect(startKnot({ domain: 'two words', zoneText })).rejects.toThrow(/knotd ended at once: .*knot\.conf/s);
  });
});
