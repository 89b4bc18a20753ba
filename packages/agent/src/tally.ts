import {
  Counter,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  type MetricValueWithName,
} from 'prom-client';

declare module 'prom-client' {
  // What the registry writes as text, and `get` is made of; prom-client's own types leave it out.
  interface Histogram<T extends string = string> {
    getForPromString(): Promise<MetricObjectWithValues<BucketValue<T>>>;
  }
}

/** A line of a histogram: beside `le`, the labels are those that `zero` was given. */
type BucketValue<T extends string> = MetricValueWithName<T> & { readonly sharedLabels?: object };

/** The values of one set of labels, at the cost of an addition: for what is counted a hundred thousand times a second. */
export interface Tally {
  /** Adds to a counter; of a histogram it is an observation. */
  add(value: number): void;
}

export type TallyLabels = Readonly<Record<string, string>>;

/** A counter that has tallies: what they hold is added when it is read. */
export class TalliedCounter extends Counter {
  readonly #tallies = new Map<string, CounterTally>();

  /** The tally of these labels, which are shown from now on. */
  tally(labels: TallyLabels = {}): Tally {
    return getOrMake(this.#tallies, labels, () => {
      this.inc(labels, 0);
      return new CounterTally(labels);
    });
  }

  override get(): Promise<MetricObjectWithValues<MetricValue<string>>> {
    for (const tally of this.#tallies.values()) this.inc(tally.labels, tally.take());
    return super.get();
  }
}

/** A histogram that has tallies: what they hold is added to what it shows. */
export class TalliedHistogram extends Histogram {
  readonly #tallies = new Map<string, HistogramTally>();
  readonly #bounds: readonly number[];

  constructor(configuration: ConstructorParameters<typeof Histogram<string>>[0] & { readonly buckets: number[] }) {
    super(configuration);
    this.#bounds = configuration.buckets;
  }

  /** The tally of these labels, which are shown from now on. To be asked for before anything is observed with them. */
  tally(labels: TallyLabels = {}): Tally {
    return getOrMake(this.#tallies, labels, () => {
      this.zero(labels);
      return new HistogramTally(labels, this.#bounds);
    });
  }

  override async getForPromString(): ReturnType<Histogram['getForPromString']> {
    const shown = await super.getForPromString();
    const tallies = new Map<object, HistogramTally>();
    for (const tally of this.#tallies.values()) tallies.set(tally.labels, tally);
    const values = shown.values.map((line) => {
      const tally = tallies.get(line.sharedLabels ?? line.labels);
      return tally === undefined ? line : { ...line, value: line.value + tally.partOf(line, shown.name) };
    });
    return { ...shown, values };
  }
}

class CounterTally implements Tally {
  readonly labels: TallyLabels;
  #pending = 0;

  constructor(labels: TallyLabels) {
    this.labels = labels;
  }

  add(value: number): void {
    this.#pending += value;
  }

  take(): number {
    const pending = this.#pending;
    this.#pending = 0;
    return pending;
  }
}

class HistogramTally implements Tally {
  readonly labels: TallyLabels;
  readonly #bounds: Float64Array;
  /** One more than there are bounds: what is above all of them. */
  readonly #counts: Float64Array;
  #sum = 0;

  constructor(labels: TallyLabels, bounds: readonly number[]) {
    this.labels = labels;
    this.#bounds = Float64Array.from(bounds);
    this.#counts = new Float64Array(bounds.length + 1);
  }

  add(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at++;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += value;
  }

  /** What it adds to a line. */
  partOf({ metricName, labels }: BucketValue<string>, name: string): number {
    if (metricName === `${name}_sum`) return this.#sum;
    const bound = metricName === `${name}_bucket` ? Number(labels['le']) : Number.NaN;
    // Neither of `+Inf` nor of `_count` is it a number: all of them.
    const buckets = Number.isFinite(bound) ? this.#bounds.indexOf(bound) + 1 : this.#counts.length;
    return this.#counts.subarray(0, buckets).reduce((total, count) => total + count, 0);
  }
}

function getOrMake<T>(tallies: Map<string, T>, labels: TallyLabels, make: () => T): T {
  const names = Object.keys(labels).toSorted((one, other) => (one < other ? -1 : 1));
  const key = JSON.stringify(names.map((name) => [name, labels[name]]));
  const tally = tallies.get(key) ?? make();
  tallies.set(key, tally);
  return tally;
}
