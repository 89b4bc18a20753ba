/** What one thing costs. */
export interface Cost {
  /** As measured, rounded; in `unit`. */
  readonly value: number;
  readonly unit: 'µs CPU' | '% of a core' | 'bytes' | 'KiB' | 'MiB';
  /** The thing, for a table. */
  readonly what: string;
}

/**
 * Every measured cost, declared once: the page and the model read this table, and `SCALE_BENCH=costs` measures it again.
 * Seen on two cores of an AMD EPYC that had other work, with Debian's etcd 3.4.23, one member, files not synced.
 */
export const costs = {
  etcdBase: { value: 25, unit: 'MiB', what: 'etcd: memory of an empty member' },
  etcdIdle: { value: 1.5, unit: '% of a core', what: 'etcd: a member that nobody asks anything' },
  etcdConnection: { value: 220, unit: 'KiB', what: 'etcd: memory of an agent connected' },
  etcdLease: { value: 2.5, unit: 'KiB', what: 'etcd: memory of a lease' },
  etcdWatch: { value: 65, unit: 'KiB', what: 'etcd: memory of a watch' },
  etcdRecord: { value: 1.2, unit: 'KiB', what: 'etcd: memory of a record' },
  etcdWrite: { value: 330, unit: 'µs CPU', what: 'etcd: a record put or deleted, in a transaction of its own' },
  walWrite: { value: 560, unit: 'bytes', what: 'etcd: log on disk for that' },
  dbWrite: { value: 140, unit: 'bytes', what: 'etcd: database for that, until it is compacted' },
  etcdEvent: { value: 25, unit: 'µs CPU', what: 'etcd: a change told to one watch' },
  eventBytes: { value: 135, unit: 'bytes', what: 'network: a change told to one watch, put or delete' },
  proxyEvent: { value: 30, unit: 'µs CPU', what: 'gRPC proxy: a change told to one watch' },
  etcdRenewal: { value: 200, unit: 'µs CPU', what: 'etcd: a lease renewed (nothing is written)' },
  etcdProgress: { value: 160, unit: 'µs CPU', what: 'etcd: a quiet watch asked whether it is still there' },
  etcdLeaseLook: { value: 310, unit: 'µs CPU', what: 'etcd: asked how long a lease lasts' },
  etcdList: { value: 3.8, unit: 'µs CPU', what: 'etcd: a record in a listing' },
  listBytes: { value: 135, unit: 'bytes', what: 'network: a record in a listing' },
  dnsServerBase: { value: 105, unit: 'MiB', what: 'dns-server: memory without records' },
  dnsServerRecord: {
    value: 2,
    unit: 'KiB',
    what: 'dns-server: resident memory of a record, just after they were listed',
  },
  dnsServerLoad: { value: 20, unit: 'µs CPU', what: 'dns-server: a record in a listing' },
  dnsServerEvent: { value: 400, unit: 'µs CPU', what: 'dns-server: a change, when they come one by one' },
  registrarBase: { value: 107, unit: 'MiB', what: 'registrar: memory without containers' },
  registrarContainer: { value: 40, unit: 'KiB', what: 'registrar: resident memory of a container' },
  registrarEvent: { value: 2_300, unit: 'µs CPU', what: 'registrar: a container that starts or ends' },
} as const satisfies Readonly<Record<string, Cost>>;

export type CostName = keyof typeof costs;

const factors: Readonly<Record<Cost['unit'], number>> = {
  'µs CPU': 1e-6,
  '% of a core': 0.01,
  bytes: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
};

/** Seconds of CPU, cores, or bytes, as the table declares them. */
export function declaredCost(name: CostName): number {
  const { value, unit } = costs[name];
  return value * factors[unit];
}

/** Seconds of CPU, cores, or bytes, in the unit of the table. */
export function inUnitOf(name: CostName, baseValue: number): number {
  return baseValue / factors[costs[name].unit];
}
