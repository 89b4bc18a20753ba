import type { LineEncoder } from '../lines/line-encoder.ts';

const LINE_FEED = Buffer.from('\n');

/** `container | line`, as people read it in a terminal. */
export function createOutputEncoder(containerName: string): LineEncoder {
  const start = Buffer.from(`${containerName} | `);
  return ({ bytes }) => Buffer.concat([start, bytes, LINE_FEED]);
}
