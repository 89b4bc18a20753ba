import { captureCommand } from '../../run-command.ts';
import { UserError } from '../../user-error.ts';
import { readUsage } from '../process-usage.ts';
import { type DnsperfReport, parseDnsperfReport } from './dnsperf-report.ts';
import type { Target } from './stage.ts';

/** How dnsperf asks. */
export interface DnsperfRun {
  /** A file of question lines, asked over and over. */
  readonly file: string;
  readonly seconds: number;
  /** Whether each line is asked only once. */
  readonly isOnce?: boolean;
  /** Whether queries have an OPT record. */
  readonly edns?: boolean;
  /** Queries a second; as many as the server takes when absent. */
  readonly rate?: number;
}

/** What the server did with one run. */
export interface Exchange extends DnsperfReport {
  /** CPU time of all threads of the server, user and system, for each reply, in microseconds. */
  readonly cpuMicros: number;
  /** The share of its core that the server used, in [0, 1]: less than about 0.95 is a server that had to wait for dnsperf. */
  readonly busy: number;
}

/** More than a batch, and so few that no socket's buffer overflows: a saturated server loses nothing. */
const OUTSTANDING = 100;
const CLIENTS = 8;
const TIMEOUT_SECONDS = 1;

/**
 * Asks a server with dnsperf, and says what that cost the server.
 * @throws UserError with dnsperf's own words when it fails
 */
export async function askWithDnsperf(
  { pid, port }: Pick<Target, 'pid' | 'port'>,
  { file, seconds, isOnce = false, edns = false, rate }: DnsperfRun,
): Promise<Exchange> {
  const args = [
    '-s',
    '127.0.0.1',
    '-p',
    String(port),
    '-d',
    file,
    '-l',
    String(seconds),
    '-t',
    String(TIMEOUT_SECONDS),
  ];
  args.push('-c', String(CLIENTS), '-q', String(OUTSTANDING), '-O', 'suppress=timeout');
  if (isOnce) args.push('-n', '1');
  if (edns) args.push('-e');
  if (rate !== undefined) args.push('-Q', String(rate));
  const before = readUsage(pid).cpuSeconds;
  const { exitCode, output } = await captureCommand('dnsperf', args);
  const cpuSeconds = readUsage(pid).cpuSeconds - before;
  if (exitCode !== 0) throw new UserError(`dnsperf ${args.join(' ')} failed:\n${output}`);
  const report = parseDnsperfReport(output);
  return { ...report, cpuMicros: (cpuSeconds * 1e6) / report.completed, busy: cpuSeconds / report.runSeconds };
}
