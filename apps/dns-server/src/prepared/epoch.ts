import type { AnswerSources } from '../answer/create-answerer.ts';
import { hourSerial } from '../answer/soa.ts';
import type { AnswerConfig } from '../config.ts';
import { nameIdentity } from '../records/names.ts';

/**
 * A time in which nothing changes that all answers depend on: the state of the records, which index has them, the zones
 * that others are asked about, the hour.
 */
export interface Epoch {
  /** Whether another has begun since this was asked last. */
  isOver(): boolean;
  /** Whether nothing is known in this one. */
  readonly isLoading: boolean;
  /** Whether names of which the index has no hash are names that do not exist, special ones apart. */
  readonly namesMayBeMissing: boolean;
  /** Another after each change of any record. */
  readonly version: number;
}

export function createEpoch(
  config: Pick<AnswerConfig, 'domains' | 'wildcards' | 'autoPtr'>,
  sources: Pick<AnswerSources, 'index' | 'state' | 'wallMs' | 'stubZones'>,
): Epoch {
  const { wildcards, autoPtr } = config;
  let index = sources.index();
  let root = index.stampOf([]);
  let state = sources.state();
  let stubZones = sources.stubZones?.();
  let serial = hourSerial(sources.wallMs());
  const ends = config.domains.map(nameIdentity);
  // Text that merely looks like a part of a domain costs speed, nothing else.
  const hasPartsElsewhere = (): boolean =>
    [...(stubZones?.keys() ?? [])].some((stub) => ends.some((end) => stub.endsWith(end)));
  let namesMayBeMissing = !wildcards && !autoPtr && !hasPartsElsewhere();

  return {
    get isLoading() {
      return state === 'loading';
    },
    get version() {
      return root.version;
    },
    get namesMayBeMissing() {
      return namesMayBeMissing;
    },
    isOver() {
      const next = { index: sources.index(), state: sources.state(), stubZones: sources.stubZones?.() };
      const serialNow = hourSerial(sources.wallMs());
      if (next.index === index && next.state === state && next.stubZones === stubZones && serialNow === serial) {
        return false;
      }
      ({ index, state, stubZones } = next);
      root = index.stampOf([]);
      serial = serialNow;
      namesMayBeMissing = !wildcards && !autoPtr && !hasPartsElsewhere();
      return true;
    },
  };
}
