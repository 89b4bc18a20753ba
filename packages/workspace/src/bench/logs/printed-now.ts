import { setTimeout as delay } from 'node:timers/promises';
import { eventually, startSyslogReceiver } from '@wharf/testkit';
import { readUsage } from '../process-usage.ts';
import { median, quantile } from '../statistics.ts';
import { startByteSink } from './byte-sink.ts';
import type { LogStage } from './log-stage.ts';
import { startMemoryWatch } from './memory-watch.ts';
import { filesArgs, type Shipper, startShipper } from './shipper.ts';

const ROUNDS = 3;
const SECONDS = 10;
const LINES_PER_SECOND = 10_000;
const LINE_BYTES = 104;
const SETTLE_MS = 1_000;
const GOAL_CPU_MICROS = 8;
const MEMORY_LOOK_MS = 1_000;
/** What is printed at once where it goes as fast as the engine takes it. */
const BLOCK_LINES = 500;

type Source = 'api' | 'files';
const sources: readonly Source[] = ['api', 'files'];

let containers = 0;

/** A line that says when it was printed. */
function renderLine(atMs: number): string {
  return `${atMs.toFixed(3)} `.padEnd(LINE_BYTES, 'x');
}

interface SteadyFigures {
  readonly cpuMicros: number;
  /** From being handed to the container to being received, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A container prints evenly, and is read as it prints. */
export async function benchSteady(stage: LogStage, print: (line: string) => void): Promise<void> {
  const figures = new Map<Source, SteadyFigures[]>(sources.map((source) => [source, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const source of sources) figures.get(source)?.push(await measureSteady(stage, source));
  }
  print(`${LINES_PER_SECOND} lines a second for ${SECONDS} s`);
  for (const [source, rounds] of figures) {
    const of = (figure: keyof SteadyFigures): number => median(rounds.map((round) => round[figure]));
    const cpu = `${of('cpuMicros').toFixed(2).padStart(6)} µs CPU a line (goal <= ${GOAL_CPU_MICROS} µs)`;
    print(
      `-source ${source.padEnd(5)}  ${cpu}  printed to received: p50 ${of('p50Ms').toFixed(1)} ms, p99 ${of('p99Ms').toFixed(1)} ms`,
    );
  }
}

async function measureSteady(stage: LogStage, source: Source): Promise<SteadyFigures> {
  await using cleanup = new AsyncDisposableStack();
  const receiver = await startSyslogReceiver();
  cleanup.defer(() => receiver.close());
  const { printer, shipper } = await startPrinted(stage, source, receiver.port, cleanup);
  const lines = SECONDS * LINES_PER_SECOND;
  const before = readUsage(shipper.pid).cpuSeconds;
  const startedMs = performance.now();
  for (let printed = 0; printed < lines; ) {
    await delay(1);
    const nowMs = performance.now();
    const due = Math.min(lines, Math.floor(((nowMs - startedMs) * LINES_PER_SECOND) / 1_000)) - printed;
    await printer.print(`${renderLine(nowMs)}\n`.repeat(due));
    printed += due;
  }
  await eventually('all lines to arrive', () => {
    if (receiver.messages.length < lines) throw new Error(`${receiver.messages.length} of ${lines} have`);
  });
  const cpuMicros = ((readUsage(shipper.pid).cpuSeconds - before) * 1e6) / lines;
  const late = receiver.messages.map(({ text, receivedAtMs }) => receivedAtMs - printedAtMs(text));
  return { cpuMicros, p50Ms: quantile(late, 0.5), p99Ms: quantile(late, 0.99) };
}

/** The first word of the line, behind the seven of the header. */
function printedAtMs(message: string): number {
  return Number(message.split(' ', 8)[7]);
}

/** A container prints as fast as the engine takes it, which shows whether memory grows with what was shipped. */
export async function benchMemory(stage: LogStage, print: (line: string) => void): Promise<void> {
  for (const source of sources) {
    await using cleanup = new AsyncDisposableStack();
    const sink = await startByteSink();
    cleanup.defer(() => sink.stop());
    const { printer, shipper } = await startPrinted(stage, source, sink.port, cleanup);
    const rssBefore = readUsage(shipper.pid).rssMib;
    const memory = startMemoryWatch(shipper.pid, MEMORY_LOOK_MS);
    cleanup.defer(async () => memory.stop());
    const startedMs = performance.now();
    const block = `${renderLine(startedMs)}\n`.repeat(BLOCK_LINES);
    let lines = 0;
    for (; performance.now() - startedMs < SECONDS * 1_000; lines += BLOCK_LINES) await printer.print(block);
    await eventually(
      'all lines to arrive',
      async () => {
        const sent = await shipper.sent();
        if (sent < lines) throw new Error(`${sent} of ${lines} have: ${shipper.agent.process.output()}`);
      },
      { intervalMs: 100 },
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    const { firstHalfMib, secondHalfMib } = memory.halves();
    print(
      `-source ${source.padEnd(5)}  ${lines} lines, ${Math.round(lines / seconds)} a second; resident before ${rssBefore.toFixed(0)} MiB, ` +
        `at most ${firstHalfMib.toFixed(0)} MiB in the first half and ${secondHalfMib.toFixed(0)} MiB in the second`,
    );
  }
}

/** A container that prints what it is given, and a shipper that reads it. */
async function startPrinted(stage: LogStage, source: Source, port: number, cleanup: AsyncDisposableStack) {
  const container = `printer-${containers++}`;
  const printer = await stage.engine.startPrinter(container);
  cleanup.defer(() => printer.remove());
  const destination = `syslog+tcp://127.0.0.1:${port}`;
  const args = source === 'files' ? filesArgs(stage) : ['-source=api'];
  const shipper: Shipper = await startShipper(stage, { destination, container, args }, cleanup);
  await shipper.agent.ready();
  await shipper.attached();
  await delay(SETTLE_MS);
  return { printer, shipper };
}
