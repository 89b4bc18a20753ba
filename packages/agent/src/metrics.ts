import { Gauge, type Registry } from 'prom-client';
import { TalliedCounter, TalliedHistogram } from './tally.ts';

/** One metric: the registry and the README's table come from this. */
export interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** With prefix and unit: `wharf_dns_queries_total`, `wharf_dns_answer_seconds`. */
  readonly name: string;
  /** One sentence, ending in a full stop. */
  readonly help: string;
  readonly labels?: readonly string[];
  /** Upper bounds of a histogram's buckets, rising; `DEFAULT_BUCKETS` when absent. */
  readonly buckets?: readonly number[];
}

/** Seconds of requests over a network, as Prometheus's own clients have them. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** All metrics of an agent, by the name that the code calls them. */
export type MetricTable = Readonly<Record<string, MetricDeclaration>>;

interface MetricByType {
  readonly counter: TalliedCounter;
  readonly gauge: Gauge;
  readonly histogram: TalliedHistogram;
}

/** The live metrics of a table. */
export type Metrics<T extends MetricTable> = { readonly [K in keyof T]: MetricByType[T[K]['type']] };

/** Declares metrics; returns the table as it is, with the type of each metric known. */
export function defineMetrics<const T extends MetricTable>(table: T): T {
  return table;
}

/**
 * Registers the metrics of a table. Asked again with the same registry it returns the metrics that are there, so
 * several agents of one process can share a registry.
 * @throws Error when the registry holds another metric of that name
 */
export function createMetrics<T extends MetricTable>(table: T, registry: Registry): Metrics<T> {
  const metrics: Record<string, unknown> = {};
  for (const [key, declaration] of Object.entries(table)) {
    metrics[key] = registry.getSingleMetric(declaration.name) ?? createMetric(declaration, registry);
  }
  if (!areMetricsOf(table, metrics))
    throw new Error('a metric of the same name but another type is registered already');
  return metrics;
}

function createMetric(declaration: MetricDeclaration, registry: Registry): TalliedCounter | Gauge | TalliedHistogram {
  const { type, name, help, labels = [], buckets = DEFAULT_BUCKETS } = declaration;
  const configuration = { name, help, labelNames: [...labels], registers: [registry] };
  if (type === 'counter') return new TalliedCounter(configuration);
  if (type === 'gauge') return new Gauge(configuration);
  return new TalliedHistogram({ ...configuration, buckets: [...buckets] });
}

const CLASSES = { counter: TalliedCounter, gauge: Gauge, histogram: TalliedHistogram } as const;

function areMetricsOf<T extends MetricTable>(
  table: T,
  metrics: Readonly<Record<string, unknown>>,
): metrics is Metrics<T> {
  return Object.entries(table).every(([key, { type }]) => metrics[key] instanceof CLASSES[type]);
}
