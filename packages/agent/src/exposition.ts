import { AggregatorRegistry, type MetricObjectWithValues, type MetricValue, type Registry } from 'prom-client';

/** What `/metrics` serves: a registry, or several together. */
export interface Exposition extends Pick<Registry, 'contentType'> {
  metrics(): Promise<string>;
}

/** The metrics of a registry as values that can be sent to another thread. */
export type MetricValues = readonly MetricObjectWithValues<MetricValue<string>>[];

/**
 * The metrics of a process that counts in several threads, each value the sum of all: gauges that are no sums must be in
 * one of them alone.
 * @param others asked for whenever somebody looks
 */
export function sumMetrics(own: Registry, others: () => Promise<readonly MetricValues[]>): Exposition {
  return {
    contentType: own.contentType,
    async metrics() {
      const [first, rest] = await Promise.all([own.getMetricsAsJSON(), others()]);
      return AggregatorRegistry.aggregate([first, ...rest].map((values) => [...values])).metrics();
    },
  };
}
