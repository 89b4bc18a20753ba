import { statSync } from 'node:fs';
import type { Certificate } from '@wharf/testkit';
import { median } from '../statistics.ts';
import { runCurl } from './curl.ts';
import { runImfile } from './imfile.ts';
import type { LogContainer } from './log-engine.ts';
import type { LogStage } from './log-stage.ts';
import { shipBacklog } from './ship-backlog.ts';
import { filesArgs } from './shipper.ts';
import type { Passage } from './watch-passage.ts';

/** What a container had printed before anybody read it. */
export interface Backlog {
  readonly stage: LogStage;
  readonly name: string;
  readonly container: LogContainer;
  readonly lines: number;
  /** Size of the json-file log. */
  readonly fileBytes: number;
  /** Of receivers over TLS. */
  readonly certificate: Certificate;
}

const ROUNDS = 3;
const LINE_BYTES = 104;
/** Patterns as they are in use: one that all lines match, one that none does, and a limit that is never reached. */
const STAGES = ['-include=line|request', '-exclude=health(z|check)|DEBUG', '-rate-limit=10000000/s'];

/** Somebody who reads the backlog, and what is aimed at. */
interface Reader {
  readonly title: string;
  /** Reads all of it once. */
  readonly read: (backlog: Backlog) => Promise<Passage>;
  readonly goal?: string;
}

/** By the name of the part of the benchmark. */
export const backlogReaders: Readonly<Record<string, Reader>> = {
  curl: { title: 'curl, to /dev/null', read: runCurl },
  api: {
    title: 'log-shipper -source api, to TCP',
    read: (backlog) => shipBacklog(backlog, { to: 'tcp', args: ['-source=api'] }),
    goal: 'at most 1.15x and 4 µs',
  },
  stages: {
    title: '  with -include, -exclude, -rate-limit',
    read: (backlog) => shipBacklog(backlog, { to: 'tcp', args: ['-source=api', ...STAGES] }),
  },
  relp: {
    title: '  to RELP (rsyslog)',
    read: (backlog) => shipBacklog(backlog, { to: 'relp', args: ['-source=api'] }),
  },
  tls: {
    title: '  to TLS',
    read: (backlog) => shipBacklog(backlog, { to: 'tls', args: ['-source=api'] }),
  },
  files: {
    title: 'log-shipper -source files, to TCP',
    read: (backlog) => shipBacklog(backlog, { to: 'tcp', args: filesArgs(backlog.stage) }),
    goal: 'at least 400000 lines/s',
  },
  imfile: { title: "rsyslog's imfile, to TCP", read: runImfile },
};

/** A container prints `lines` lines. */
export async function printBacklog(stage: LogStage, lines: number, certificate: Certificate): Promise<Backlog> {
  const name = 'backlog';
  const texts = Array.from({ length: lines }, (_, number) =>
    `line ${String(number).padStart(9, '0')} `.padEnd(LINE_BYTES, 'x'),
  );
  const container = await stage.engine.printAll(name, texts);
  return { stage, name, container, lines, fileBytes: statSync(container.logFile).size, certificate };
}

/** The readers of these names in turn, several rounds, so that whatever else the machine does falls on all of them. */
export async function benchBacklog(
  backlog: Backlog,
  names: readonly string[],
  print: (line: string) => void,
): Promise<void> {
  const readers = Object.entries(backlogReaders).filter(([name]) => names.includes(name));
  const rounds = new Map<string, Passage[]>(readers.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, { read }] of readers) rounds.get(name)?.push(await read(backlog));
  }
  const curlSeconds = median((rounds.get('curl') ?? []).map(({ seconds }) => seconds));
  const width = Math.max(...readers.map(([, { title }]) => title.length));
  print([' '.repeat(width), ...headings].join('  '));
  for (const [name, { title, goal }] of readers) {
    const columns = describe(rounds.get(name) ?? [], backlog.lines, curlSeconds);
    const cells = columns.map((text, index) => text.padStart(headings[index]?.length ?? 0));
    print([title.padEnd(width), ...cells, goal === undefined ? '' : `goal ${goal}`].join('  ').trimEnd());
  }
}

const headings = ['  lines/s', "wall to curl's", 'CPU a line', 'of the engine', 'resident, 1st and 2nd half'];

function describe(passages: readonly Passage[], lines: number, curlSeconds: number): readonly string[] {
  const of = (figure: (passage: Passage) => number): number => median(passages.map(figure));
  const seconds = of((passage) => passage.seconds);
  const micros = (value: number): string => `${((value * 1e6) / lines).toFixed(2)} µs`;
  const halves = passages.flatMap(({ memory }) => memory ?? []);
  const mib = (values: readonly number[]): string => `${median(values).toFixed(0)} MiB`;
  return [
    String(Math.round(lines / seconds)),
    Number.isNaN(curlSeconds) ? '' : `${(seconds / curlSeconds).toFixed(2)}x`,
    micros(of(({ cpuSeconds }) => cpuSeconds)),
    micros(of(({ engineCpuSeconds }) => engineCpuSeconds)),
    halves.length === 0
      ? ''
      : `${mib(halves.map(({ firstHalfMib }) => firstHalfMib))}, ${mib(halves.map(({ secondHalfMib }) => secondHalfMib))}`,
  ];
}
