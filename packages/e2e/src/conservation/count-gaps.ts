import type { Line } from './line.ts';

/** Numbers that are missing in the lines of each container and source, and lines without one; each run counts anew. */
export function countGaps(lines: readonly Line[]): number {
  const newest = new Map<string, number>();
  let gaps = 0;
  for (const { container, source, text } of lines) {
    const stream = `${container} ${source}`;
    const number = Number(/^std(?:out|err) (\d+) /.exec(text)?.[1] ?? 0);
    if (number === 0) gaps++;
    else {
      if (number > 1) gaps += Math.abs(number - (newest.get(stream) ?? 0) - 1);
      newest.set(stream, number);
    }
  }
  return gaps;
}
