import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { askWithDnsperf, type DnsperfRun, type Exchange } from './ask-with-dnsperf.ts';
import { askAbsent, askEach, askMixed } from './question-lines.ts';
import { checkSameAnswers } from './same-answers.ts';
import { makeServices } from './service-data.ts';
import { makeFolder, startDnsServer, startKnotTarget, startStore, type Target } from './stage.ts';

const SERVICES = 1_000;
const INSTANCES = 4;
const ROUNDS = 3;
const ROUND_SECONDS = 3;
const WARM_UP_SECONDS = 2;
const STEADY_RATE = 20_000;

/** Most of Knot's CPU time that the DNS server may take for a query. */
const GOALS: Readonly<Record<string, number>> = { batch: 1.3, dgram: 2.2 };

/** A kind of question. */
interface Kind {
  readonly name: string;
  readonly run: Pick<DnsperfRun, 'file' | 'edns'>;
  /** Whether there is a goal for it. */
  readonly hasGoal: boolean;
}

/** The DNS server in both its ways beside Knot, over the same records, in turn, several times. */
export async function benchQueries(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const folder = makeFolder(cleanup);
  const store = await startStore(services, cleanup);
  const knot = await startKnotTarget(services, cleanup);
  const batch = await startDnsServer('batch', store, cleanup);
  const dgram = await startDnsServer('dgram', store, cleanup);
  const targets = [knot, batch, dgram];
  await checkSameAnswers(targets, [
    { name: 's7.bench.example', type: 'A' },
    { name: 's7.bench.example', type: 'AAAA' },
    { name: 'i1.s7.bench.example', type: 'SRV' },
    { name: 's999.bench.example', type: 'SRV' },
    { name: 'no.s7.bench.example', type: 'A' },
  ]);

  const kind = (name: string, lines: readonly string[], edns: boolean): Kind => {
    const file = join(folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return { name, run: { file, edns }, hasGoal: !edns };
  };
  const kinds = [
    kind('A', askEach(services, 'A'), false),
    kind('SRV', askEach(services, 'SRV'), false),
    kind('no such name', askAbsent(services, 100_000), false),
    kind('mix with EDNS', askMixed(services, 100_000), true),
  ];
  print(
    `${SERVICES} services of ${INSTANCES} instances; ${ROUNDS} rounds of ${ROUND_SECONDS} s each; ratios are to Knot`,
  );
  for (const each of kinds) await benchKind(each, targets, print);
}

async function benchKind(kind: Kind, targets: readonly Target[], print: (line: string) => void): Promise<void> {
  const rounds = new Map<Target, Exchange[]>();
  for (const target of targets) {
    rounds.set(target, []);
    await askWithDnsperf(target, { ...kind.run, seconds: WARM_UP_SECONDS });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [target, exchanges] of rounds) {
      exchanges.push(await askWithDnsperf(target, { ...kind.run, seconds: ROUND_SECONDS }));
    }
  }
  let reference = Number.NaN;
  for (const [target, exchanges] of rounds) {
    const cpuMicros = median(exchanges.map((exchange) => exchange.cpuMicros));
    if (Number.isNaN(reference)) reference = cpuMicros;
    const steady = await askWithDnsperf(target, { ...kind.run, seconds: ROUND_SECONDS, rate: STEADY_RATE });
    const goal = kind.hasGoal ? GOALS[target.name.split(' ').at(-1) ?? ''] : undefined;
    const columns = [
      kind.name.padEnd(13),
      target.name.padEnd(21),
      `${cpuMicros.toFixed(1).padStart(6)} µs CPU`,
      `${(cpuMicros / reference).toFixed(2).padStart(5)}x${goal === undefined ? '            ' : ` (goal ${goal}x)`}`,
      `${median(exchanges.map((exchange) => exchange.queriesPerSecond))
        .toFixed(0)
        .padStart(7)} q/s`,
      `busy ${(100 * median(exchanges.map((exchange) => exchange.busy))).toFixed(0).padStart(3)} %`,
      `${median(exchanges.map((exchange) => exchange.averageLatencyMs))
        .toFixed(2)
        .padStart(5)} ms`,
      `${steady.averageLatencyMs.toFixed(3)} ms at ${STEADY_RATE} q/s`,
      `${exchanges.reduce((sum, exchange) => sum + exchange.lost, 0)} lost`,
    ];
    print(columns.join('  '));
  }
}
