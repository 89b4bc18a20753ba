const LF = 0x0a;
const OPENING = Buffer.from('{"streams":[');
const STREAM = Buffer.from('{"stream":');
const VALUES = Buffer.from(',"values":[');
const COMMA = Buffer.from(',');
const STREAM_END = Buffer.from(']}');
const CLOSING = Buffer.from(']}');

interface StreamEntries {
  readonly labels: Buffer;
  readonly entries: Buffer[];
}

/**
 * The body of a push (`POST /loki/api/v1/push`, application/json): messages of `createLokiEncoder`, those of one stream
 * together, in their order.
 */
export function composeLokiBody(messages: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [OPENING];
  for (const [index, { labels, entries }] of groupByStream(messages).entries()) {
    if (index > 0) parts.push(COMMA);
    parts.push(STREAM, labels, VALUES);
    for (const [entryIndex, entry] of entries.entries()) {
      if (entryIndex > 0) parts.push(COMMA);
      parts.push(entry);
    }
    parts.push(STREAM_END);
  }
  parts.push(CLOSING);
  return Buffer.concat(parts);
}

/** In the order in which the streams appear. */
function groupByStream(messages: readonly Buffer[]): readonly StreamEntries[] {
  const streams = new Map<string, StreamEntries>();
  let last: StreamEntries | undefined;
  for (const message of messages) {
    const end = message.indexOf(LF);
    const labels = message.subarray(0, end);
    // Most messages follow one of the same stream: comparing bytes spares the text of the labels.
    if (last?.labels.equals(labels) !== true) {
      const key = labels.toString('latin1');
      last = streams.get(key) ?? { labels, entries: [] };
      streams.set(key, last);
    }
    last.entries.push(message.subarray(end + 1));
  }
  return [...streams.values()];
}
