import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Line, type LineSource, toMicroseconds } from './line.ts';

/**
 * The lines of an ended container as its engine kept them in json-file logs, oldest first: what an engine that was killed
 * had not stored yet is in no log, so nothing can ship it.
 * @param folder of the container: `<data root>/containers/<id>`
 */
export function readKeptLines(folder: string, id: string, container: string): readonly Line[] {
  const lines: Line[] = [];
  const unended = new Map<LineSource, Line>();
  const end = (line: Line): void => {
    unended.delete(line.source);
    lines.push({ ...line, text: line.text.replace(/\n$/, '') });
  };
  for (const { log, stream, time } of readEntries(folder, id)) {
    const before = unended.get(stream);
    // The pieces of a line have the time of the first.
    const isMore = before?.time === toMicroseconds(time);
    if (before !== undefined && !isMore) end(before);
    const line = { container, source: stream, time: toMicroseconds(time), text: (isMore ? before.text : '') + log };
    if (log.endsWith('\n')) end(line);
    else unended.set(stream, line);
  }
  for (const line of unended.values()) end(line);
  return lines;
}

interface Entry {
  readonly log: string;
  readonly stream: LineSource;
  readonly time: string;
}

function readEntries(folder: string, id: string): readonly Entry[] {
  const current = `${id}-json.log`;
  const numbers = readdirSync(folder).flatMap((name) => {
    const number = name.startsWith(`${current}.`) ? /^(\d+)(\.gz)?$/.exec(name.slice(current.length + 1)) : null;
    return number === null ? [] : [Number(number[1])];
  });
  const rotated = [...new Set(numbers)].toSorted((a, b) => b - a).map((number) => `${current}.${number}`);
  return [...rotated, current].flatMap((name) =>
    readText(join(folder, name))
      .split('\n')
      .filter((text) => text !== '')
      .map(toEntry),
  );
}

/** Of a file that an engine was about to compress when it was killed, the compressed form may be there in part. */
function readText(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8');
  return existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)).toString('utf8') : '';
}

function toEntry(text: string): Entry {
  const entry: unknown = JSON.parse(text);
  const fields = new Map<string, unknown>(Object.entries(entry ?? {}));
  const [log, stream, time] = [fields.get('log'), fields.get('stream'), fields.get('time')];
  if (typeof log === 'string' && typeof time === 'string' && (stream === 'stdout' || stream === 'stderr')) {
    return { log, stream, time };
  }
  throw new Error(`no entry of a json-file log: ${text}`);
}
