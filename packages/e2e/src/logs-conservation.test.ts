import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carrierNames, underWay } from './conservation/carrier.ts';
import type { Line } from './conservation/line.ts';
import { type ConservationRun, type RouteOutcome, runConservation } from './conservation/run-conservation.ts';

/** A seed to repeat, and minutes to go on for, instead of two seeds drawn anew and ten seconds each. */
const { WHARF_SEED, WHARF_SOAK } = process.env;
const durationMs = WHARF_SOAK === undefined ? 10_000 : Number(WHARF_SOAK) * 60_000;
const drawn = Math.floor(Math.random() * 1_000_000);
// Each carrier is read for from the API with one of them, from files with the other.
const seeds = WHARF_SEED === undefined ? [drawn, drawn + 1] : [Number(WHARF_SEED)];
const SETUP_MS = 300_000;

describe.each(seeds)('lines while everything fails at random, WHARF_SEED=%i', (seed) => {
  const cleanup = new AsyncDisposableStack();
  let run: ConservationRun;

  beforeAll(
    async () => {
      run = await runConservation(seed, durationMs, cleanup);
      process.stdout.write(`${report(run)}\n`);
    },
    2 * durationMs + SETUP_MS,
  );

  afterAll(() => cleanup.disposeAsync());

  const outcomeOf = (name: string): RouteOutcome => {
    const found = run.outcomes.find(({ carrier }) => carrier.name === name);
    if (found === undefined) throw new Error(`no route over ${name}`);
    return found;
  };

  it('the engine keeps all that is printed, unless it is killed', () => {
    expect(run.engineGaps).toBeLessThanOrEqual(run.engineGapsAllowed);
  });

  describe.each(carrierNames.filter((name) => name !== 'udp'))('over %s', (name) => {
    it('none is missing, and each is as it was printed', () => {
      const { carrier, missing, foreign, cutOff } = outcomeOf(name);
      // A receiver takes for a message what came of one before the connection was lost, where nothing tells it better.
      const allowed = carrier.knows === 'accepted' ? cutOff.slice(0, carrier.setbacks) : [];
      expect({ missing: missing.slice(0, 5), foreign }).toEqual({ missing: [], foreign: allowed });
    });

    it('they are in order but for those sent again, which are no more than were under way', () => {
      const { carrier, shipper, kept, late, duplicates, mostOften } = outcomeOf(name);
      // Of a bulk request single lines are refused, which go again after their neighbours.
      expect(name === 'elasticsearch' ? [] : late.slice(0, 5)).toEqual([]);
      expect(mostOften).toBeLessThanOrEqual(1 + carrier.setbacks + shipper.starts);
      expect(duplicates).toBeLessThanOrEqual(carrier.setbacks * underWay[name] + (shipper.starts - 1) * kept);
    });
  });

  it('over udp, which promises nothing, those that arrive are as they were printed', () => {
    const { arrivals, foreign } = outcomeOf('udp');
    expect(arrivals).toBeGreaterThan(0);
    expect(foreign).toEqual([]);
  });
});

function report({ seed, outcomes, engineGaps, vanishingLines, history }: ConservationRun): string {
  const rows = outcomes.map(
    ({ carrier, source, hasSpool, kept, missing, foreign, duplicates, mostOften, late, vanishingLines: arrived }) =>
      `  ${carrier.name} from ${source}${hasSpool ? ' with a spool' : ''}: ${kept} lines, ${missing.length} missing, ` +
      `${foreign.length} foreign, ${duplicates} duplicates (one line ${mostOften} times), ${late.length} late, ` +
      `${arrived} of ${vanishingLines} of containers with --rm`,
  );
  const engine = `  dockerd itself lost ${engineGaps} lines`;
  const losses = outcomes
    .filter(({ carrier }) => carrier.knows !== 'none')
    .flatMap(({ carrier, missing }) => describeMissing(missing).map((text) => `  ${carrier.name} lacks ${text}`));
  return [`WHARF_SEED=${seed}`, ...history.map((text) => `  ${text}`), ...rows, ...losses, engine].join('\n');
}

/** By container, with the times of the first and the last. */
function describeMissing(missing: readonly Line[]): readonly string[] {
  const byContainer = Map.groupBy(missing, ({ container, source }) => `${container} ${source}`);
  return [...byContainer].map(
    ([name, lines]) => `${lines.length} of ${name}, ${lines[0]?.time.slice(11)} to ${lines.at(-1)?.time.slice(11)}`,
  );
}
