import type { LineEncoder } from '../lines/line-encoder.ts';

const LINE_FEED = 0x0a;

/** `container | line`, as people read it in a terminal. */
export function createOutputEncoder(containerName: string): LineEncoder {
  const start = Buffer.from(`${containerName} | `);
  return ({ bytes }, out) => {
    out.bytes(start);
    out.bytes(bytes);
    out.octet(LINE_FEED);
    out.end();
  };
}
