import type { DnsReply } from '@wharf/testkit';
import type { Observation } from './watch-answers.ts';

/** How long a client waits for an answer. */
export const PATIENCE_MS = 1_000;

/** A question to a dns-server. */
export interface AskedQuestion {
  readonly host: string;
  readonly askedAt: number;
  readonly tookMs: number;
  readonly type: string;
}

/** What a reply says, without the records that have another type than was asked for. */
export function observationOf(
  { type, ...asked }: AskedQuestion,
  { rcode, texts }: Pick<DnsReply, 'rcode' | 'texts'>,
): Observation {
  const data = texts.flatMap((text) => {
    const [, , , recordType, ...fields] = text.split(' ');
    return recordType === type ? [fields.join(' ')] : [];
  });
  return { ...asked, rcode, data: data.toSorted() };
}

export function noAnswer({ type: _type, ...asked }: AskedQuestion): Observation {
  return { ...asked, rcode: 'none', data: [] };
}

/** One line of what an observer prints. */
export function renderObservation(observation: Observation): string {
  return JSON.stringify(observation);
}

/**
 * The inverse of `renderObservation`.
 * @throws Error when the line is no observation
 */
export function parseObservation(line: string): Observation {
  const value: unknown = JSON.parse(line);
  if (!isObservation(value)) throw new Error(`not an observation: ${line}`);
  return value;
}

function isObservation(value: unknown): value is Observation {
  return (
    typeof value === 'object' &&
    value !== null &&
    'host' in value &&
    typeof value.host === 'string' &&
    'askedAt' in value &&
    typeof value.askedAt === 'number' &&
    'tookMs' in value &&
    typeof value.tookMs === 'number' &&
    'rcode' in value &&
    typeof value.rcode === 'string' &&
    'data' in value &&
    Array.isArray(value.data) &&
    value.data.every((text) => typeof text === 'string')
  );
}
