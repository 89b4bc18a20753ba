import type { EtcdServer } from '@wharf/testkit';
import { readUsage } from '../process-usage.ts';

/** What an etcd has done since its start, by its own metrics and the kernel's. */
export interface EtcdFigures {
  readonly atMs: number;
  readonly cpuSeconds: number;
  /** What Go lets the heap grow to before it collects again, and its stacks: nearly all that is resident. */
  readonly memoryBytes: number;
  readonly revision: number;
  readonly walBytes: number;
  readonly dbBytes: number;
  readonly sentBytes: number;
  /** Messages on streams of watches and of leases, and calls. */
  readonly watchMessagesReceived: number;
  readonly renewals: number;
  readonly leaseLooks: number;
  readonly transactions: number;
  readonly events: number;
}

/** Each call of the metrics leaves some 200 KiB of garbage. */
const CALLS_UNTIL_COLLECTION = 100;

export type EtcdWork = Readonly<Record<keyof EtcdFigures, number>>;

export async function readEtcdFigures(etcd: EtcdServer): Promise<EtcdFigures> {
  const response = await fetch(`${etcd.url}/metrics`);
  const series = parseSeries(await response.text());
  const value = (name: string): number => series.get(name) ?? 0;
  const received = (service: string, method: string, type: string): number =>
    value(
      `grpc_server_msg_received_total{grpc_method="${method}",grpc_service="etcdserverpb.${service}",grpc_type="${type}"}`,
    );
  const { cpuSeconds } = readUsage(etcd.pid);
  return {
    atMs: performance.now(),
    cpuSeconds,
    memoryBytes: value('go_memstats_next_gc_bytes') + value('go_memstats_stack_inuse_bytes'),
    revision: value('etcd_debugging_mvcc_current_revision'),
    walBytes: value('etcd_disk_wal_write_bytes_total'),
    dbBytes: value('etcd_mvcc_db_total_size_in_use_in_bytes'),
    sentBytes: value('etcd_network_client_grpc_sent_bytes_total'),
    watchMessagesReceived: received('Watch', 'Watch', 'bidi_stream'),
    renewals: received('Lease', 'LeaseKeepAlive', 'bidi_stream'),
    leaseLooks: received('Lease', 'LeaseTimeToLive', 'unary'),
    transactions: received('KV', 'Txn', 'unary'),
    events: value('etcd_debugging_mvcc_events_total'),
  };
}

/** As `readEtcdFigures`, with the memory as it is now: Go's own figure is that of its newest collection of garbage. */
export async function settleMemory(etcd: EtcdServer): Promise<EtcdFigures> {
  for (let call = 0; call < CALLS_UNTIL_COLLECTION; call++) await (await fetch(`${etcd.url}/metrics`)).text();
  return readEtcdFigures(etcd);
}

/** What was done between two looks. */
export function workBetween(before: EtcdFigures, after: EtcdFigures): EtcdWork {
  const difference = (name: keyof EtcdFigures): number => after[name] - before[name];
  return {
    atMs: difference('atMs'),
    cpuSeconds: difference('cpuSeconds'),
    memoryBytes: difference('memoryBytes'),
    revision: difference('revision'),
    walBytes: difference('walBytes'),
    dbBytes: difference('dbBytes'),
    sentBytes: difference('sentBytes'),
    watchMessagesReceived: difference('watchMessagesReceived'),
    renewals: difference('renewals'),
    leaseLooks: difference('leaseLooks'),
    transactions: difference('transactions'),
    events: difference('events'),
  };
}

/** Prometheus's text format as values by series. */
function parseSeries(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}
