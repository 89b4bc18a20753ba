import type { Logger } from '@wharf/agent';
import type { ContainerRecords } from '../records/container-records.ts';
import type { DuplicateKey } from '../records/merge-records.ts';

/** Says once, not at every look, what is left out and why. */
export interface SkipReporter {
  reportParts(parts: readonly ContainerRecords[]): void;
  reportDuplicates(duplicates: readonly DuplicateKey[]): void;
}

/** What was said is remembered for as long as it holds, so its size is bounded by what there is to say. */
export function createSkipReporter(log: Logger): SkipReporter {
  let saidOfParts: ReadonlySet<string> = new Set();
  let saidOfKeys: ReadonlySet<string> = new Set();
  return {
    reportParts(parts) {
      const reasons = new Set(
        parts.flatMap(({ skipped, warnings }) => [...skipped.map(({ reason }) => reason), ...warnings]),
      );
      for (const reason of reasons) if (!saidOfParts.has(reason)) log.info({}, reason);
      saidOfParts = reasons;
    },
    reportDuplicates(duplicates) {
      const sentences = new Set(duplicates.map(describe));
      for (const sentence of sentences) if (!saidOfKeys.has(sentence)) log.error({}, sentence);
      saidOfKeys = sentences;
    },
  };
}

function describe({ key, holder, loser }: DuplicateKey): string {
  return `containers ${holder} and ${loser} ask for the same key ${key}: ${holder}, which started first, has it`;
}
