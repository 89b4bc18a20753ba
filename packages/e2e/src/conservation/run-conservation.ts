import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createCertificates,
  createSeededRandom,
  type Dockerd,
  eventually,
  importSampleImage,
  startDockerd,
} from '@wharf/testkit';
import { type Carrier, type CarrierName, carrierNames } from './carrier.ts';
import { type Comparison, compareLines } from './compare-lines.ts';
import { countGaps } from './count-gaps.ts';
import { type FaultLane, type PlannedFault, planFaults } from './fault.ts';
import { startHttpCarrier } from './http-carrier.ts';
import { readKeptLines } from './kept-lines.ts';
import type { Line } from './line.ts';
import { type NumberedContainers, startNumberedContainers } from './numbered-containers.ts';
import { type Shipper, type ShipperSettings, startShipper } from './shipper.ts';
import { startSyslogCarrier } from './syslog-carrier.ts';

/** What became of the lines of one route. */
export interface RouteOutcome extends Comparison {
  readonly carrier: Carrier;
  readonly shipper: Shipper;
  readonly source: ShipperSettings['source'];
  readonly hasSpool: boolean;
  /** Of containers with `--rm`: what arrived of them, each line once. */
  readonly vanishingLines: number;
}

export interface ConservationRun {
  readonly seed: number;
  readonly outcomes: readonly RouteOutcome[];
  /** Numbers that are not in the engine's own files. */
  readonly engineGaps: number;
  /** What it may be at most. */
  readonly engineGapsAllowed: number;
  /** Lines that containers with `--rm` printed. */
  readonly vanishingLines: number;
  /** What happened when, for whoever looks for a cause. */
  readonly history: readonly string[];
}

/** A dockerd that is killed takes along what it has read of each stream, 16 KiB at most, and not stored. */
const LINES_READ_AT_ONCE = (16 * 1024) / 50;
const READY_MS = 60_000;
/** Delays of at most 10 s between two attempts of a shipper, several one after the other, on a busy machine. */
const ARRIVAL_MS = 120_000;

/**
 * Runs containers with numbered lines on an engine of its own, two shippers, and a receiver for each carrier, while all
 * of them are stopped, killed and cut off at random; then heals everything and waits until all has arrived, or for long.
 */
export async function runConservation(
  seed: number,
  durationMs: number,
  cleanup: AsyncDisposableStack,
): Promise<ConservationRun> {
  const random = createSeededRandom(seed);
  const certificates = await createCertificates();
  cleanup.defer(async () => certificates.remove());
  const dockerd = await startDockerd({ liveRestore: true });
  cleanup.defer(() => dockerd.stop());
  const image = await importSampleImage(dockerd.socketPath);
  const routes = await startRoutes(seed, dockerd, certificates, cleanup);
  const shippers = [...new Set(routes.map(({ shipper }) => shipper))];
  await Promise.all(shippers.map((shipper) => shipper.ready()));
  const containers = await startNumberedContainers(dockerd, image, durationMs / 1_000, cleanup);

  const history: string[] = [];
  const note = (text: string): void => {
    history.push(`${new Date().toISOString().slice(11, 23)} ${text}`);
  };
  const plans = [
    ...routes.map(routeLane),
    ...routes.filter(isFirstOfShipper).map(shipperLane),
    engineLane(dockerd),
  ].map((lane) => ({ lane, planned: planFaults(lane, durationMs, random) }));
  const briefRuns = runBriefContainers(containers, durationMs);
  await Promise.all(plans.map(({ lane, planned }) => runLane(lane, planned, note)));
  const vanishingLines = await briefRuns;
  note('everything is healed');
  containers.end();
  await eventually(
    'the end of the containers',
    async () => {
      const names = await dockerd.docker('ps', '--format', '{{.Names}}');
      if (names !== '') throw new Error(names);
    },
    { timeoutMs: READY_MS, intervalMs: 200 },
  );
  note('all containers have ended');

  const kept = await readAllKept(dockerd);
  const outcomeOf = (route: RunningRoute): RouteOutcome => {
    const arrived = route.carrier.arrived();
    const mayShip = ({ container }: Line): boolean => route.takesAll || container.startsWith('all-');
    const isVanished = ({ container }: Line): boolean => container.startsWith('all-rm-');
    const vanished = arrived.filter(isVanished);
    return {
      ...route,
      ...compareLines(
        kept.filter(mayShip),
        arrived.filter((line) => !isVanished(line)),
      ),
      vanishingLines: new Set(vanished.map(({ container, source, text }) => `${container} ${source} ${text}`)).size,
    };
  };
  await untilComplete(routes.map((route) => () => outcomeOf(route)));
  note('all has arrived, or will not');
  await Promise.all(shippers.map((shipper) => shipper.stop()));
  const dockerdKills = history.filter((text) => text.includes('dockerd: killed')).length;
  const streams = new Set(kept.map(({ container, source }) => `${container} ${source}`)).size;
  return {
    seed,
    outcomes: routes.map(outcomeOf),
    engineGaps: countGaps(kept),
    engineGapsAllowed: dockerdKills * streams * LINES_READ_AT_ONCE,
    vanishingLines,
    history,
  };
}

/** A route at work. */
interface RunningRoute {
  readonly carrier: Carrier;
  readonly shipper: Shipper;
  readonly source: ShipperSettings['source'];
  readonly hasSpool: boolean;
  /** Also of the containers whose logs rotate fast. */
  readonly takesAll: boolean;
}

/** Half of the carriers each for a shipper that reads through the API and one that reads files; the seed says which. */
async function startRoutes(
  seed: number,
  dockerd: Dockerd,
  certificates: Parameters<typeof startSyslogCarrier>[1],
  cleanup: AsyncDisposableStack,
): Promise<readonly RunningRoute[]> {
  const running: RunningRoute[] = [];
  for (const [half, source] of (['api', 'files'] as const).entries()) {
    const names = carrierNames.filter((_, index) => (index + half + seed) % 2 === 0);
    const carriers = await Promise.all(names.map((name) => startCarrier(name, certificates)));
    for (const carrier of carriers) cleanup.defer(() => carrier.stop());
    const routes = carriers.map((carrier) => ({
      carrier,
      source,
      takesAll: source === 'files' && carrier.knows !== 'accepted',
      // What a spool has given to a kernel for long it does not have any more.
      hasSpool: (seed >> 1) % 2 === half && carrier.knows === 'acknowledged',
    }));
    const uris = routes.map(({ carrier: { uri }, takesAll, hasSpool }) =>
      [uri, takesAll ? '' : 'filter.name=all-*', hasSpool ? '&spool=on' : ''].join(''),
    );
    const shipper = await startShipper(dockerd, { source, routes: uris });
    cleanup.defer(() => shipper.stop());
    running.push(...routes.map((route) => ({ ...route, shipper })));
  }
  return running;
}

function startCarrier(name: CarrierName, certificates: Parameters<typeof startSyslogCarrier>[1]): Promise<Carrier> {
  return name === 'json' || name === 'loki' || name === 'elasticsearch'
    ? startHttpCarrier(name)
    : startSyslogCarrier(name, certificates);
}

function isFirstOfShipper({ shipper }: RunningRoute, index: number, routes: readonly RunningRoute[]): boolean {
  return routes.findIndex((route) => route.shipper === shipper) === index;
}

/**
 * Where nothing is acknowledged, a loss must not come while much is on its way, or what the kernels held is lost. What
 * was printed after a moment arrives after all that was sent before it.
 */
function routeLane({ carrier, source }: RunningRoute): FaultLane {
  const settled = async (): Promise<void> => {
    const since = new Date().toISOString();
    const from = carrier.arrived().length;
    await eventually(
      `a new line over ${carrier.name}`,
      () => {
        const isThere = carrier
          .arrived()
          .slice(from)
          .some(({ time }) => time > since);
        if (!isThere) throw new Error(`none since ${since}`);
        if (carrier.held() > 0) throw new Error(`${carrier.held()} bytes are on their way`);
      },
      { timeoutMs: ARRIVAL_MS, intervalMs: 50 },
    );
  };
  const lane = { name: `${carrier.name} (${source})`, faults: carrier.faults, pauseMs: 3_000 };
  return carrier.knows === 'accepted' ? { ...lane, lastsMs: 1_500, settled } : { ...lane, lastsMs: 3_000 };
}

function shipperLane({ shipper, source }: RunningRoute): FaultLane {
  return { name: `shipper (${source})`, faults: shipper.faults, pauseMs: 8_000, lastsMs: 2_500 };
}

function engineLane(dockerd: Dockerd): FaultLane {
  const end = () => dockerd.restart();
  const faults = [
    { name: 'killed', begin: () => dockerd.kill('SIGKILL'), end },
    { name: 'stopped', begin: () => dockerd.kill('SIGTERM'), end },
  ];
  return { name: 'dockerd', faults, pauseMs: 8_000, lastsMs: 2_500 };
}

async function runLane(lane: FaultLane, planned: readonly PlannedFault[], note: (text: string) => void): Promise<void> {
  for (const { pauseMs, fault, lastsMs } of planned) {
    await delay(pauseMs);
    await lane.settled?.();
    note(`${lane.name}: ${fault.name} for ${lastsMs} ms`);
    await fault.begin();
    await delay(lastsMs);
    await fault.end();
    note(`${lane.name}: no longer ${fault.name}`);
  }
}

/** Resolves to how many lines containers with `--rm` printed. One that an absent engine refuses is not run. */
async function runBriefContainers(containers: NumberedContainers, durationMs: number): Promise<number> {
  const endMs = performance.now() + durationMs;
  let vanishing = 0;
  while (performance.now() < endMs) {
    await containers.runBrief().catch(() => undefined);
    await containers.runVanishing().then(
      () => vanishing++,
      () => undefined,
    );
    await delay(1_000);
  }
  return vanishing * containers.vanishingLines * 2;
}

async function readAllKept(dockerd: Dockerd): Promise<readonly Line[]> {
  const listed = await dockerd.docker('ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}}');
  return listed.split('\n').flatMap((row) => {
    const [id = '', name = ''] = row.split(' ');
    return readKeptLines(join(dockerd.dataRoot, 'containers', id), id, name);
  });
}

/** Waits until nothing is missing where nothing may be, or nothing has come for long. */
async function untilComplete(outcomes: readonly (() => RouteOutcome)[]): Promise<void> {
  const missing = (): string =>
    outcomes
      .map((look) => look())
      .filter((outcome) => outcome.carrier.knows !== 'none' && outcome.missing.length > 0)
      .map(({ carrier, missing }) => `${carrier.name}: ${missing.length}`)
      .join(', ');
  const check = (): void => {
    const text = missing();
    if (text !== '') throw new Error(`missing: ${text}`);
  };
  // What is still missing is told route by route.
  await eventually('all lines', check, { timeoutMs: ARRIVAL_MS, intervalMs: 250 }).catch(() => undefined);
}
