import type { Line } from './line.ts';

/** What became of the lines of one route. */
export interface Comparison {
  readonly kept: number;
  readonly arrivals: number;
  /** Never arrived. */
  readonly missing: readonly Line[];
  /** Arrived, and no line is like them in each byte. */
  readonly foreign: readonly Line[];
  /** Those of them that may be the beginning of a message; only their header may have come. */
  readonly cutOff: readonly Line[];
  /** Arrivals of lines that had arrived before. */
  readonly duplicates: number;
  /** How many times the line arrived that arrived most often. */
  readonly mostOften: number;
  /** Arrived for the first time after a later line of the same container and source had. */
  readonly late: readonly Line[];
}

/** Compares what an engine has kept, in its order, with what arrived somewhere, in order of arrival. */
export function compareLines(kept: readonly Line[], arrived: readonly Line[]): Comparison {
  const places = new Map(kept.map((line, place) => [keyOf(line), place]));
  const times = new Map<string, number>();
  const newest = new Map<string, number>();
  const foreign: Line[] = [];
  const late: Line[] = [];
  for (const line of arrived) {
    const key = keyOf(line);
    const place = places.get(key);
    if (place === undefined) {
      foreign.push(line);
      continue;
    }
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    if (before > 0) continue;
    const stream = `${line.container} ${line.source}`;
    if (place < (newest.get(stream) ?? -1)) late.push(line);
    else newest.set(stream, place);
  }
  const counts = [...times.values()];
  return {
    kept: places.size,
    arrivals: arrived.length,
    missing: [...places].flatMap(([key, place]) => (times.has(key) ? [] : (kept[place] ?? []))),
    foreign,
    cutOff: foreign.filter((line) => isCutOff(line, kept)),
    duplicates: counts.reduce((sum, count) => sum + count - 1, 0),
    mostOften: counts.reduce((most, count) => Math.max(most, count), 0),
    late,
  };
}

function isCutOff({ container, source, time, text }: Line, kept: readonly Line[]): boolean {
  if (container === '') return text.startsWith('<');
  const isWhole = (line: Line): boolean => line.container === container && line.source === source && line.time === time;
  // The cut may go through a character.
  const beginning = text.replace(/\ufffd$/, '');
  return kept.some((line) => isWhole(line) && line.text.startsWith(beginning));
}

function keyOf({ container, source, time, text }: Line): string {
  return `${container} ${source} ${time} ${text}`;
}
