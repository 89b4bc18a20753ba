import { fingerprint } from '../lines/fingerprint.ts';
import type { LogLine } from '../lines/log-line.ts';

/** What ends a time that is known to the second only. */
const WHOLE_SECOND = '.000000000Z';

/**
 * Names the documents of one container's lines, so that a line that is sent again, by this process or, after a crash, by
 * the next one, has the same `_id` and is not stored twice: container, time, source, fingerprint, and the line's number among
 * those that have all of them the same. Ids of neighbours begin alike, which Lucene stores and looks up best. At most 80 characters.
 *
 * An engine that gives whole seconds makes equal lines of one second indistinguishable when a reading begins among
 * them; there `nonce` is added: a line may then come twice after a crash, but none is taken for another.
 * @param nonce a word that no other process uses
 */
export function createDocumentIds(containerId: string, nonce: string): (line: LogLine) => string {
  const container = containerId.slice(0, 12);
  let lastTime = '';
  let seen = new Map<string, number>();
  /** A line that is not sent again must not change the number of one that is: only equal ones are counted. */
  const ordinalOf = (timestamp: string, print: string): number => {
    if (timestamp !== lastTime) seen = new Map();
    lastTime = timestamp;
    const ordinal = seen.get(print) ?? 0;
    seen.set(print, ordinal + 1);
    return ordinal;
  };
  return ({ timestamp, source, bytes }) => {
    const time =
      timestamp.slice(0, 4) +
      timestamp.slice(5, 7) +
      timestamp.slice(8, 13) +
      timestamp.slice(14, 16) +
      timestamp.slice(17, 19) +
      timestamp.slice(20, 29);
    const print = fingerprint(source, false, bytes).toString(16);
    const id = `${container}-${time}-${print}-${ordinalOf(timestamp, print)}`;
    return timestamp.endsWith(WHOLE_SECOND) ? `${id}-${nonce}` : id;
  };
}
