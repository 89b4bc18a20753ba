import { type Cost, costs, declaredCost } from './costs.ts';
import { type Assumptions, pageAssumptions, pageHostCounts } from './model-installation.ts';
import { type ColdStart, type Load, predictColdStart, predictLoad } from './predict-load.ts';

type Cell = (load: Load & { readonly coldStart: ColdStart }) => string;

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
  ['all DNS servers start at once: CPU time of etcd', ({ coldStart }) => duration(coldStart.etcdCpuSeconds)],
  ['all DNS servers start at once: sent by etcd', ({ coldStart }) => bytes(coldStart.sentBytes)],
  [
    'all DNS servers start at once: CPU time of each dns-server',
    ({ coldStart }) => duration(coldStart.dnsServerCpuSeconds),
  ],
];

/** Markdown: what each thing costs. */
export function renderCostsTable(): string {
  const lines = Object.values<Cost>(costs).map(
    ({ what, value, unit }) => `| ${what} | ${value.toLocaleString('en')} ${unit} |`,
  );
  return ['| What | Cost |', '| --- | --- |', ...lines].join('\n');
}

/** Markdown: what the model says of as many hosts as each column has. */
export function renderLoadTable(): string {
  const [head = [], ...lines] = loadCells(pageAssumptions, pageHostCounts);
  const toLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`.replace('|  |', '| |');
  return [toLine(head), `| --- |${' --- |'.repeat(pageHostCounts.length)}`, ...lines.map(toLine)].join('\n');
}

/** The same for an installation of one's own, in columns of text. */
export function renderLoadText(assumptions: Assumptions, hostCounts: readonly number[]): readonly string[] {
  const rows = loadCells(assumptions, hostCounts).map((cells) => cells.map((cell) => cell.replaceAll('**', '')));
  const widths = Array.from({ length: hostCounts.length + 1 }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

/** Rows of cells, the first the head; what stands out is between asterisks. */
function loadCells(assumptions: Assumptions, hostCounts: readonly number[]): readonly (readonly string[])[] {
  const columns = hostCounts.map((hosts) => {
    const installation = { ...assumptions, hosts };
    return {
      ...predictLoad(installation, declaredCost),
      coldStart: predictColdStart(installation, declaredCost),
    };
  });
  const head = ['', ...hostCounts.map((hosts) => `${hosts.toLocaleString('en')} hosts`)];
  return [head, ...rows.map(([what, cell]) => [what, ...columns.map(cell)])];
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
