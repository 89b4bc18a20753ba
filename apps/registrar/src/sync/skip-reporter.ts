import type { Logger } from '@wharf/agent';
import type { ContainerRecords } from '../records/container-records.ts';
import type { DuplicateKey } from '../records/merge-records.ts';

/** Says once, not at every look, what is left out and why. */
export interface SkipReporter {
  /** @param part undefined for a container that is gone */
  reportPart(containerId: string, part: ContainerRecords | undefined): void;
  reportDuplicates(duplicates: readonly DuplicateKey[]): void;
}

/** What was said is remembered for as long as it holds, so its size is bounded by what there is to say. */
export function createSkipReporter(log: Logger): SkipReporter {
  const saidOfParts = new Map<string, ReadonlySet<string>>();
  let saidOfKeys: ReadonlySet<string> = new Set();
  return {
    reportPart(id, part) {
      const reasons = new Map([
        ...(part?.skipped ?? []).map(({ reason, isFault }) => [reason, isFault === true ? 'warn' : 'info'] as const),
        ...(part?.warnings ?? []).map((warning) => [warning, 'warn'] as const),
      ]);
      const said = saidOfParts.get(id);
      for (const [reason, level] of reasons) if (said?.has(reason) !== true) log[level]({}, reason);
      if (reasons.size === 0) saidOfParts.delete(id);
      else saidOfParts.set(id, new Set(reasons.keys()));
    },
    reportDuplicates(duplicates) {
      const sentences = new Set(duplicates.map(describe));
      for (const sentence of sentences) if (!saidOfKeys.has(sentence)) log.error({}, sentence);
      saidOfKeys = sentences;
    },
  };
}

function describe({ key, holder, loser, ports, byOwnId }: DuplicateKey): string {
  if (ports !== undefined) {
    const [first, other] = ports;
    if (first === other)
      return `container ${holder}: two services of port ${first} ask for the same key ${key}: the first has it`;
    return `container ${holder}: ports ${first} and ${other} ask for the same key ${key}: ${first} has it`;
  }
  const why = byOwnId === true ? 'whose own ID it is' : 'which started first';
  return `containers ${holder} and ${loser} ask for the same key ${key}: ${holder}, ${why}, has it`;
}
