import type { Checkpoint } from '../lines/resume-point.ts';

/** How far one route has got with each container, kept over restarts. Keys are the containers' IDs. */
export interface CheckpointStore {
  /** What is not sent when the shipper stops will be read again after its start. */
  readonly isLasting: boolean;
  /** Why it cannot be kept at present; undefined when all is well, or nothing is to be kept. */
  readonly trouble: string | undefined;
  /**
   * Every container that started before, nanoseconds since 1970, has been considered; undefined when the shipper was never
   * at work on this route.
   */
  readonly aliveNano: bigint | undefined;
  get(id: string): Checkpoint | undefined;
  /** Takes the place of the one before. */
  put(id: string, checkpoint: Checkpoint): void;
  remove(id: string): void;
  /** Removes all others. */
  retain(ids: ReadonlySet<string>): void;
  /**
   * Resolves when all that was put and removed is on disk, or cannot be written now: that is said in the log, and the
   * next call tries again.
   * @param aliveNano what `aliveNano` shall be after a restart
   */
  flush(aliveNano: bigint): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing over a restart. */
export function forgetfulStore(): CheckpointStore {
  return {
    isLasting: false,
    trouble: undefined,
    aliveNano: undefined,
    get: () => undefined,
    put: () => undefined,
    remove: () => undefined,
    retain: () => undefined,
    flush: async () => undefined,
    close: async () => undefined,
  };
}
