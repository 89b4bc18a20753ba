import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine } from '../lines/log-line.ts';
import { MessageBuilder } from '../queue/message-builder.ts';

/** The messages an encoder makes of lines, apart; what a test is not about has a default. */
export function encodeLines(
  encoder: LineEncoder,
  ...lines: readonly (Omit<Partial<LogLine>, 'bytes'> & { readonly bytes: string | Buffer })[]
): readonly Buffer[] {
  const builder = new MessageBuilder();
  for (const { bytes, ...given } of lines) {
    encoder(
      { source: 'stdout', timestamp: '2026-02-03T04:05:06.123456789Z', ...given, bytes: Buffer.from(bytes) },
      builder,
    );
  }
  const batch = builder.take();
  return batch.ends.map((end, index) => batch.bytes.subarray(batch.ends[index - 1] ?? 0, end));
}
