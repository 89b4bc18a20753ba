import { field, listOf, textAt } from '../stored-keys.ts';
import { type Line, toMicroseconds } from './line.ts';

/** A line of a request, and the ID that it has where it has one. */
export interface SentLine {
  readonly id: string;
  readonly line: Line;
}

/** JSON lines: an object a line. */
export function readJsonBody(body: string): readonly SentLine[] {
  return jsonLines(body).map((object) => ({
    id: '',
    line: toLine(
      textAt(object, 'container'),
      textAt(object, 'source'),
      textAt(object, 'time'),
      textAt(object, 'message'),
    ),
  }));
}

/** Elasticsearch's bulk API: an action and a document, in turn. */
export function readElasticsearchBody(body: string): readonly SentLine[] {
  const objects = jsonLines(body);
  return objects.flatMap((action, index) => {
    const document = objects[index + 1];
    if (index % 2 === 1 || document === undefined) return [];
    const time = textAt(document, '@timestamp');
    const line = toLine(
      textAt(field(document, 'container'), 'name'),
      textAt(document, 'stream'),
      time,
      textAt(document, 'message'),
    );
    return { id: textAt(field(action, 'create'), '_id'), line };
  });
}

/** Loki's push: streams of entries with nanoseconds since 1970. */
export function readLokiBody(body: string): readonly SentLine[] {
  return listOf(field(JSON.parse(body), 'streams')).flatMap((stream) =>
    listOf(field(stream, 'values')).map((value) => {
      const [nanoseconds = '', text = ''] = listOf(value).map(String);
      const second = new Date(Number(nanoseconds.slice(0, -9)) * 1_000).toISOString().slice(0, 19);
      const time = `${second}.${nanoseconds.slice(-9)}Z`;
      const labels = field(stream, 'stream');
      return { id: '', line: toLine(textAt(labels, 'container'), textAt(labels, 'source'), time, text) };
    }),
  );
}

function toLine(container: string, source: string, time: string, text: string): Line {
  return { container, source: source === 'stderr' ? 'stderr' : 'stdout', time: toMicroseconds(time), text };
}

function jsonLines(body: string): readonly unknown[] {
  return body
    .split('\n')
    .filter((text) => text !== '')
    .map((text): unknown => JSON.parse(text));
}
