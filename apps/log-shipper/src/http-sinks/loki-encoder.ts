import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine } from '../lines/log-line.ts';
import { severityName } from '../lines/severity.ts';
import { writeJsonBytes } from './json-bytes.ts';
import { lokiLabels } from './loki-labels.ts';
import { createTimeRun } from './time-run.ts';

const CLOSING_BRACKET = 0x5d;

/**
 * The encoder of one container's lines for Loki. A message is the stream's labels as a JSON object, LF, and the line's
 * entry, `["<nanoseconds since 1970>","<line>"]`, without an LF in either: `composeLokiBody` makes a body of them.
 *
 * Loki keeps one of two entries of a stream that have the same time and text. So lines to which the engine gave the
 * same time are put one nanosecond after each other.
 */
export function createLokiEncoder(metadata: ContainerMetadata): LineEncoder {
  const heads = new Map<string, Buffer>();
  const ordinalOf = createTimeRun();
  const nanosOf = createNanoClock();

  const headOf = (source: string, severity: number | undefined): Buffer => {
    const key = `${source} ${severity ?? ''}`;
    const known = heads.get(key);
    if (known !== undefined) return known;
    const level = severity === undefined ? undefined : severityName(severity);
    const labels = Object.fromEntries(lokiLabels(metadata, source, level));
    const head = Buffer.from(`${JSON.stringify(labels)}\n["`);
    heads.set(key, head);
    return head;
  };

  return ({ source, severity, timestamp, bytes }: LogLine, out) => {
    out.bytes(headOf(source, severity));
    out.latin1(nanosOf(timestamp, ordinalOf(timestamp)));
    out.latin1('",');
    writeJsonBytes(bytes, out);
    out.octet(CLOSING_BRACKET);
    out.end();
  };
}

/** Decimal nanoseconds since 1970 of a time of 30 characters, plus some; the seconds of the last one are remembered. */
function createNanoClock(): (timestamp: string, plusNanos: number) => string {
  let lastSecond = '';
  let seconds = 0;
  return (timestamp, plusNanos) => {
    const second = timestamp.slice(0, 19);
    if (second !== lastSecond) {
      lastSecond = second;
      seconds = Date.parse(`${second}Z`) / 1_000;
    }
    const fraction = timestamp.slice(20, 29);
    if (plusNanos === 0) return `${seconds}${fraction}`;
    return (BigInt(seconds) * 1_000_000_000n + BigInt(fraction) + BigInt(plusNanos)).toString();
  };
}
