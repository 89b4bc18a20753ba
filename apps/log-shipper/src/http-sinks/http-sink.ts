import type { HttpAnswer } from './http-answer.ts';
import { composeLokiBody } from './loki-body.ts';
import { BULK_FILTER, readBulkAnswer } from './read-bulk-answer.ts';
import { readLokiAnswer } from './read-loki-answer.ts';
import { readStatus } from './read-status.ts';
import type { Verdict } from './verdict.ts';

export type HttpSinkKind = 'loki' | 'elasticsearch' | 'json';

/** How messages of its encoder become requests, and what the answers to them mean. */
export interface HttpSink {
  /** Path and query of the requests, given the path of the route. */
  readonly target: (path: string) => string;
  readonly contentType: string;
  readonly compose: (messages: readonly Buffer[]) => Buffer;
  /** @param messages how many the request held */
  readonly read: (answer: HttpAnswer, messages: number) => Verdict;
}

export const httpSinks: Readonly<Record<HttpSinkKind, HttpSink>> = {
  loki: {
    target: (path) => path,
    contentType: 'application/json',
    compose: composeLokiBody,
    read: readLokiAnswer,
  },
  elasticsearch: {
    target: (path) => `${path}/_bulk?filter_path=${BULK_FILTER}`,
    contentType: 'application/x-ndjson',
    compose: (messages) => Buffer.concat(messages),
    read: readBulkAnswer,
  },
  json: {
    target: (path) => path,
    contentType: 'application/x-ndjson',
    compose: (messages) => Buffer.concat(messages),
    read: readStatus,
  },
};
