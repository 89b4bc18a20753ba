import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createMetrics, defineMetrics } from './metrics.ts';

const table = defineMetrics({
  queries: { type: 'counter', name: 'wharf_queries_total', help: 'Queries.', labels: ['type'] },
  records: { type: 'gauge', name: 'wharf_records', help: 'Records.' },
  seconds: { type: 'histogram', name: 'wharf_seconds', help: 'Seconds.', buckets: [0.1, 1] },
});

describe('createMetrics', () => {
  it('makes each metric of its type', async () => {
    const registry = new Registry();
    const metrics = createMetrics(table, registry);
    metrics.queries.inc({ type: 'A' });
    metrics.records.set(3);
    metrics.seconds.observe(0.5);
    const text = await registry.metrics();
    expect(text).toContain('# HELP wharf_queries_total Queries.\n');
    expect(text).toContain('wharf_queries_total{type="A"} 1\n');
    expect(text).toContain('wharf_records 3\n');
    expect(text).toContain('wharf_seconds_bucket{le="0.1"} 0\nwharf_seconds_bucket{le="1"} 1\n');
  });

  it('returns what the registry has when asked again', () => {
    const registry = new Registry();
    expect(createMetrics(table, registry).queries).toBe(createMetrics(table, registry).queries);
  });

  it('keeps registries apart', () => {
    expect(createMetrics(table, new Registry()).queries).not.toBe(createMetrics(table, new Registry()).queries);
  });

  it('refuses a name that is taken by another type', () => {
    const registry = new Registry();
    createMetrics(table, registry);
    const other = defineMetrics({ records: { type: 'counter', name: 'wharf_records', help: 'Other.' } });
    expect(() => createMetrics(other, registry)).toThrow('another type');
  });

  it('shows what tallies have counted together with what was counted otherwise', async () => {
    const registry = new Registry();
    const labelled = defineMetrics({
      ...table,
      octets: { type: 'histogram', name: 'wharf_octets', help: 'Octets.', labels: ['transport'], buckets: [10, 100] },
    });
    const metrics = createMetrics(labelled, registry);
    const queries = metrics.queries.tally({ type: 'A' });
    const seconds = metrics.seconds.tally();
    const octets = metrics.octets.tally({ transport: 'udp' });
    expect(metrics.octets.tally({ transport: 'udp' })).toBe(octets);
    expect(await registry.metrics()).toContain('wharf_queries_total{type="A"} 0\n');

    queries.add(2);
    metrics.queries.inc({ type: 'A' });
    metrics.queries.inc({ type: 'B' });
    seconds.add(0.1);
    metrics.seconds.observe(5);
    for (const value of [7, 100, 101]) octets.add(value);
    metrics.octets.observe({ transport: 'udp' }, 9);
    metrics.octets.observe({ transport: 'tcp' }, 9);
    for (const text of [await registry.metrics(), await registry.metrics()]) {
      const lines = text.split('\n').filter((line) => /^wharf_(queries|seconds|octets)/.test(line));
      expect(lines).toEqual([
        'wharf_queries_total{type="A"} 3',
        'wharf_queries_total{type="B"} 1',
        'wharf_seconds_bucket{le="0.1"} 1',
        'wharf_seconds_bucket{le="1"} 1',
        'wharf_seconds_bucket{le="+Inf"} 2',
        'wharf_seconds_sum 5.1',
        'wharf_seconds_count 2',
        'wharf_octets_bucket{le="10",transport="udp"} 2',
        'wharf_octets_bucket{le="100",transport="udp"} 3',
        'wharf_octets_bucket{le="+Inf",transport="udp"} 4',
        'wharf_octets_sum{transport="udp"} 217',
        'wharf_octets_count{transport="udp"} 4',
        'wharf_octets_bucket{le="10",transport="tcp"} 1',
        'wharf_octets_bucket{le="100",transport="tcp"} 1',
        'wharf_octets_bucket{le="+Inf",transport="tcp"} 1',
        'wharf_octets_sum{transport="tcp"} 9',
        'wharf_octets_count{transport="tcp"} 1',
      ]);
    }
    const { values } = await metrics.octets.get();
    expect(values).toContainEqual(
      expect.objectContaining({ labels: { le: 100, transport: 'udp' }, value: 3, metricName: 'wharf_octets_bucket' }),
    );
  });
});
