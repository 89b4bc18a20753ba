import type { FaultyProxy, SeededRandom } from '@wharf/testkit';

/** Something that goes wrong for a while. */
export interface Fault {
  readonly name: string;
  begin(): void | Promise<void>;
  /** Makes it good again. */
  end(): void | Promise<void>;
}

/** What may befall the link to a receiver. */
export function linkFaults(link: FaultyProxy): readonly Fault[] {
  const fault = (name: string, begin: () => void): Fault => ({ name: `link ${name}`, begin, end: () => link.heal() });
  return [
    fault('cut', () => link.cut()),
    fault('refuses', () => link.refuse()),
    fault('stalled', () => link.stall()),
    fault('without answers', () => link.stall('server')),
    fault('slow', () => link.throttle(100_000)),
    fault('late', () => link.delay(100)),
    fault('cut after 10000 bytes', () => link.cutAfter(10_000, 'client')),
    fault('cut after 300 bytes of answers', () => link.cutAfter(300)),
  ];
}

/** One fault after the other, as chance has it. */
export interface FaultLane {
  /** For the report: `relp`. */
  readonly name: string;
  readonly faults: readonly Fault[];
  /** Milliseconds between two faults, and that a fault lasts, each at most. */
  readonly pauseMs: number;
  readonly lastsMs: number;
  /** Resolves when the next fault may come. */
  readonly settled?: () => Promise<void>;
}

/** One fault as it was planned. */
export interface PlannedFault {
  readonly pauseMs: number;
  readonly fault: Fault;
  readonly lastsMs: number;
}

/** Draws so many faults of a lane that they fill this time, and one at least. */
export function planFaults(lane: FaultLane, durationMs: number, random: SeededRandom): readonly PlannedFault[] {
  const planned: PlannedFault[] = [];
  let atMs = 0;
  while (planned.length === 0 || atMs < durationMs) {
    const pauseMs = random.below(lane.pauseMs);
    const lastsMs = random.below(lane.lastsMs);
    planned.push({ pauseMs, fault: random.pick(lane.faults), lastsMs });
    atMs += pauseMs + lastsMs;
  }
  return planned;
}
