import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { sumMetrics } from './exposition.ts';
import { createMetrics, defineMetrics } from './metrics.ts';

const table = defineMetrics({
  queries: { type: 'counter', name: 'queries_total', help: 'Queries.', labels: ['type'] },
  clients: { type: 'gauge', name: 'clients', help: 'Clients.' },
  seconds: { type: 'histogram', name: 'seconds', help: 'Time.', buckets: [1, 2] },
});

describe('sumMetrics', () => {
  it('adds up counters, gauges and histograms, tallies included', async () => {
    const [one, other] = [new Registry(), new Registry()].map((registry) => {
      const { queries, clients, seconds } = createMetrics(table, registry);
      queries.inc({ type: 'A' }, 2);
      queries.tally({ type: 'SRV' }).add(3);
      clients.set(4);
      seconds.tally().add(1.5);
      seconds.observe(0.5);
      return registry;
    });
    if (one === undefined || other === undefined) throw new Error('there are two');
    const text = await sumMetrics(one, async () => [await other.getMetricsAsJSON()]).metrics();
    expect(text.split('\n').filter((line) => !line.startsWith('#') && line !== '')).toEqual([
      'queries_total{type="A"} 4',
      'queries_total{type="SRV"} 6',
      'clients 8',
      'seconds_bucket{le="1"} 2',
      'seconds_bucket{le="2"} 4',
      'seconds_bucket{le="+Inf"} 4',
      'seconds_sum 4',
      'seconds_count 4',
    ]);
  });
});
