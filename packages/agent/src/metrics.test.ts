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
});
