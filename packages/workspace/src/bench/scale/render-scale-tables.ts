import { type Cost, costs, declaredCost } from './costs.ts';
import { type Installation, type Load, predictColdStart, predictLoad } from './predict-load.ts';

/** What the page's tables are for, with as many hosts as each column says. */
const assumed: Omit<Installation, 'hosts'> = {
  containersAHost: 50,
  recordsAContainer: 1,
  restartsAContainerADay: 4,
  flapsAContainerADay: 1,
  ttlSeconds: 40,
  leasesInUseAServer: 20,
};

const HOST_COUNTS = [100, 1_000, 2_000, 10_000] as const;

type Cell = (load: Load, hosts: number) => string;

const rows: readonly (readonly [string, Cell])[] = [
  ['records', ({ records }) => count(records)],
  ['records written or removed a second', ({ writes }) => count(writes)],
  ['changes told to DNS servers a second', ({ events }) => count(events)],
  ['leases renewed a second', ({ renewals }) => count(renewals)],
  ['questions to quiet watches a second', ({ progress }) => count(progress)],
  ['looks at leases a second', ({ leaseLooks }) => count(leaseLooks)],
  ['**etcd: cores**, if one member did it all', ({ etcdCores }) => `**${count(etcdCores)}**`],
  ['etcd: memory of a member that all agents are connected to', ({ etcdBytes }) => bytes(etcdBytes)],
  ['etcd: sent to DNS servers a second', ({ sentBytesASecond }) => bytes(sentBytesASecond)],
  ['etcd: log written an hour, each member', ({ walBytesAnHour }) => bytes(walBytesAnHour)],
  ['etcd: database an hour until compaction, each member', ({ dbBytesAnHour }) => bytes(dbBytesAnHour)],
  ['each dns-server: memory', ({ dnsServerBytes }) => bytes(dnsServerBytes)],
  ['each dns-server: share of a core for changes', ({ dnsServerCores }) => percent(dnsServerCores)],
  ['each registrar: memory', ({ registrarBytes }) => bytes(registrarBytes)],
  ['each registrar: share of a core', ({ registrarCores }) => percent(registrarCores)],
  ['all DNS servers start at once: CPU time of etcd', (_load, hosts) => duration(coldStart(hosts).etcdCpuSeconds)],
  ['all DNS servers start at once: sent by etcd', (_load, hosts) => bytes(coldStart(hosts).sentBytes)],
  [
    'all DNS servers start at once: CPU time of each dns-server',
    (_load, hosts) => duration(coldStart(hosts).dnsServerCpuSeconds),
  ],
];

const coldStart = (hosts: number): ReturnType<typeof predictColdStart> =>
  predictColdStart({ ...assumed, hosts }, declaredCost);

/** Markdown: what each thing costs. */
export function renderCostsTable(): string {
  const lines = Object.values<Cost>(costs).map(
    ({ what, value, unit }) => `| ${what} | ${value.toLocaleString('en')} ${unit} |`,
  );
  return ['| What | Cost |', '| --- | --- |', ...lines].join('\n');
}

/** Markdown: what the model says of as many hosts as each column has. */
export function renderLoadTable(): string {
  const columns = HOST_COUNTS.map((hosts) => ({ hosts, load: predictLoad({ ...assumed, hosts }, declaredCost) }));
  const head = `| | ${HOST_COUNTS.map((hosts) => `${count(hosts)} hosts`).join(' | ')} |`;
  const lines = rows.map(
    ([what, cell]) => `| ${what} | ${columns.map(({ load, hosts }) => cell(load, hosts)).join(' | ')} |`,
  );
  return [head, `| --- |${' --- |'.repeat(HOST_COUNTS.length)}`, ...lines].join('\n');
}

/** Two digits that count. */
function count(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en', { maximumFractionDigits: 3 });
}

function percent(share: number): string {
  return `${count(share * 100)} %`;
}

function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(value, 1)) / 10), 0), units.length - 1);
  return `${count(value / 2 ** (10 * power))} ${units[power]}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${count(seconds)} s`;
  return seconds < 7_200 ? `${count(seconds / 60)} min` : `${count(seconds / 3_600)} h`;
}
