import { availableParallelism } from 'node:os';
import { createCertificates } from '@wharf/testkit';
import { buildQuietly } from '../../commands/build.ts';
import {
  busyboxProgram,
  enginePrograms,
  ensurePrograms,
  rsyslogModules,
  type SystemProgram,
} from '../../system-packages.ts';
import { UserError } from '../../user-error.ts';
import { chooseParts } from '../choose-parts.ts';
import { leaveMeasuredCore } from '../cores.ts';
import { type BenchVariable, readNumber } from '../variable.ts';
import { backlogReaders, benchBacklog, printBacklog } from './backlog.ts';
import { cleanupOnSignal } from './cleanup-on-signal.ts';
import { type LogStage, setUpLogStage } from './log-stage.ts';
import { benchMemory, benchSteady } from './printed-now.ts';

const programs: readonly SystemProgram[] = [
  ...enginePrograms,
  busyboxProgram,
  { command: 'rsyslogd', debianPackage: 'rsyslog' },
  ...rsyslogModules,
  { command: 'curl', debianPackage: 'curl' },
  { command: 'socat', debianPackage: 'socat' },
  { command: 'openssl', debianPackage: 'openssl' },
  { command: 'taskset', debianPackage: 'util-linux' },
];

type StagePart = (stage: LogStage, print: (line: string) => void) => Promise<void>;

const DEFAULT_LINES = 500_000;
const printed: Readonly<Record<string, StagePart>> = { steady: benchSteady, memory: benchMemory };

const parts: Readonly<Record<string, unknown>> = { ...backlogReaders, ...printed };

const partsVariable: BenchVariable = {
  name: 'LOGS_BENCH',
  example: 'curl,api,files',
  summary: `Only these parts, of ${Object.keys(parts).join(', ')}.`,
};

const linesVariable: BenchVariable = {
  name: 'LOGS_BENCH_LINES',
  example: '20000',
  summary: `How many lines the backlog has; ${DEFAULT_LINES} without it.`,
};

export const logsVariables: readonly BenchVariable[] = [partsVariable, linesVariable];

/**
 * The built log shipper as a process of its own on a real Docker, beside curl and rsyslog. `LOGS_BENCH=curl,api,files` runs
 * only those parts, `LOGS_BENCH_LINES=20000` has a shorter backlog.
 */
export async function benchLogs(print: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new UserError('This benchmark starts a Docker engine of its own: run it as root.');
  if (availableParallelism() < 2) throw new UserError('This benchmark needs two cores: one is for the reader alone.');
  const chosen = chooseParts(partsVariable.name, parts).map(([name]) => name);
  const lines = readNumber(linesVariable, DEFAULT_LINES, process.env);
  await ensurePrograms(programs, 'measure the log shipper beside curl and rsyslog');
  const built = await buildQuietly(['--filter=@wharf/log-shipper']);
  if (built !== 0) throw new UserError('The log shipper cannot be measured because it does not build: see above.');
  await using cleanup = cleanupOnSignal();
  await leaveMeasuredCore(cleanup);
  const stage = await setUpLogStage(cleanup);

  if (chosen.some((name) => name in backlogReaders)) {
    const certificates = await createCertificates();
    cleanup.defer(async () => certificates.remove());
    const backlog = await printBacklog(stage, lines, certificates.server);
    const megabytes = (backlog.fileBytes / 1e6).toFixed(0);
    print(`--- a backlog of ${lines} lines, ${megabytes} MB of json-file, on Docker ${stage.engine.version}`);
    await benchBacklog(backlog, chosen, print);
  }
  for (const [name, bench] of Object.entries(printed)) {
    if (!chosen.includes(name)) continue;
    print(`--- ${name}`);
    await bench(stage, print);
  }
}
