import type { DnsProbes } from './dns-probes.ts';
import type { LabState } from './lab-state.ts';

/** A lab whose hosts run, and that is looked at. */
export interface StartedLab {
  readonly state: LabState;
  readonly probes: DnsProbes;
}

/** What commands work with. */
export interface LabControls extends StartedLab {
  /** Aborts when the lab is to end. */
  readonly signal: AbortSignal;
  /**
   * Goes on with something after the command itself is done: measuring what it led to. `work` is to end soon when its
   * signal aborts: the lab ends, or something else goes on about the same subject.
   */
  readonly background: (subject: string, work: (signal: AbortSignal) => Promise<void>) => void;
  /** Shows lines in place of the tables, until the next command. */
  showPage(lines: readonly string[]): void;
  /** Shows the tables where they do not stand all the time. */
  showStatus(): void;
  /** Ends the lab. */
  readonly quit: () => void;
  /** Resolves when nothing goes on in the background. */
  readonly settled: () => Promise<void>;
}
