import { createLogDemultiplexer } from '@wharf/docker-watcher';
import { compare } from './compare.ts';

const FRAMES = 500;
const LINE = `2026-01-01T00:00:00.000000000Z ${'x'.repeat(103)}\n`;
const HEADER_BYTES = 8;

/**
 * The Docker log stream in chunks of 64 KiB, split into frames: beside merely walking over the same bytes, which no
 * splitter can beat.
 */
export async function benchLogFrames(print: (line: string) => void): Promise<void> {
  const stream = Buffer.concat(Array.from({ length: FRAMES }, () => frame(LINE)));
  let seen = 0;
  const demultiplexer = createLogDemultiplexer({
    onFrame: () => {
      seen++;
    },
    onCorrupt: (message) => {
      throw new Error(message);
    },
  });
  const walk = (): void => {
    for (let at = 0; at < stream.length; at += HEADER_BYTES + stream.readUInt32BE(at + 4)) seen++;
  };
  print(`one frame of ${LINE.length} bytes, in a chunk of ${stream.length} bytes`);
  const contenders = [
    { name: 'walking over the headers', run: walk },
    { name: 'createLogDemultiplexer', run: () => demultiplexer.push(stream) },
  ];
  compare(contenders, FRAMES, print);
  if (seen === 0) throw new Error('no frame was seen');
}

function frame(line: string): Buffer {
  const bytes = Buffer.from(line);
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = 1;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}
