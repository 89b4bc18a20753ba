import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from './http-answer.ts';
import { readBulkAnswer } from './read-bulk-answer.ts';
import { readLokiAnswer } from './read-loki-answer.ts';
import { readStatus } from './read-status.ts';

const answer = (status: number, body = '', more: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status,
  body,
  isCut: false,
  ...more,
});

describe('readStatus', () => {
  it.each([200, 201, 202, 204])('takes %d for an acknowledgement', (status) => {
    expect(readStatus(answer(status))).toEqual({ kind: 'accepted' });
  });

  it.each([
    [400, false],
    [413, true],
    [422, false],
  ])('takes %d for a refusal of a message', (status, isTooLong) => {
    expect(readStatus(answer(status, 'no'))).toMatchObject({ kind: 'refused', isTooLong });
  });

  it.each([100, 301, 401, 403, 404, 405, 408, 410, 415, 429, 500, 502, 503, 504])(
    'keeps the messages at %d',
    (status) => {
      expect(readStatus(answer(status))).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining(`the receiver answers ${status}`),
      });
    },
  );

  it('hands on how long to wait', () => {
    expect(readStatus(answer(429, '', { retryAfterMs: 7 }))).toMatchObject({ kind: 'failed', afterMs: 7 });
  });

  it('says where a redirection leads, without secrets', () => {
    const location = 'https://user:secret@other.example/path?token=secret#secret';
    expect(readStatus(answer(307, '', { location }))).toMatchObject({
      reason:
        'the receiver answers 307: it sends to https://other.example/path, which is not followed: name the right address in the route',
    });
  });

  it('quotes at most 200 characters of what the receiver says, and none that control a terminal', () => {
    const verdict = readStatus(answer(400, `bad\r\n\u001b[31mline\u2028 ${'x'.repeat(999)}`));
    expect(verdict).toMatchObject({
      reason: expect.stringMatching(/^the receiver answers 400: bad \[31mline x{185,}\.\.\.$/),
    });
  });
});

describe('readLokiAnswer', () => {
  const ignored = (some: number, all: number) =>
    `entry with timestamp 2026-02-03 04:05:06 +0000 UTC ignored, reason: 'entry too far behind',\n` +
    `user 'fake', total ignored: ${some} out of ${all} for stream: {container="web"}`;

  it.each([
    ['so many that were ignored of all', ignored(2, 5), 5, { kind: 'accepted', refused: 2 }],
    ['a count that is about all entries', '5 errors like: entry too old', 5, { kind: 'accepted', refused: 5 }],
    ['a count that is about one stream of several', ignored(2, 3), 5, { kind: 'refused', isTooLong: false }],
    ['a count of some, for others may have failed otherwise', '2 errors like: too old', 5, { kind: 'refused' }],
    ['more than there were', ignored(7, 5), 5, { kind: 'refused' }],
    ['none', ignored(0, 5), 5, { kind: 'refused' }],
    ['no count', 'entry too old', 5, { kind: 'refused' }],
  ])('with 400 believes %s', (_name, body, messages, verdict) => {
    expect(readLokiAnswer(answer(400, body), messages)).toMatchObject(verdict);
  });

  it('believes no count with another status', () => {
    expect(readLokiAnswer(answer(429, ignored(5, 5)), 5)).toMatchObject({ kind: 'failed' });
    expect(readLokiAnswer(answer(204), 5)).toEqual({ kind: 'accepted' });
  });
});

describe('readBulkAnswer', () => {
  const item = (status: number, type?: string) => ({
    create: { status, ...(type === undefined ? {} : { error: { type, reason: `because of ${status}` } }) },
  });
  const bulk = (...items: readonly unknown[]) => answer(200, JSON.stringify({ errors: true, items }));

  it('needs no items when nothing failed', () => {
    expect(readBulkAnswer(answer(200, '{"errors":false,"items":[]}'), 3)).toEqual({ kind: 'accepted' });
  });

  it('tells what became of each item', () => {
    const statuses = [201, 409, 400, 429, 503, 404, 403, 201];
    expect(readBulkAnswer(bulk(...statuses.map((status) => item(status))), 8)).toMatchObject({
      kind: 'items',
      outcomes: ['done', 'duplicate', 'refused', 'again', 'again', 'again', 'again', 'done'],
    });
  });

  it.each([
    ['what holds up the rest', [item(400, 'a'), item(429, 'b')], 'the receiver answers 429 b: because of 429'],
    ['else what is refused', [item(409, 'a'), item(400, 'b')], 'the receiver answers 400 b: because of 400'],
    ['nothing of duplicates', [item(201), item(409, 'a')], undefined],
  ])('says %s', (_name, items, reason) => {
    const verdict = readBulkAnswer(bulk(...items), 2);
    expect(verdict.kind === 'items' ? verdict.reason : verdict.kind).toBe(reason);
  });

  it.each([
    ['no JSON', answer(200, '<html>')],
    ['no object', answer(200, '[]')],
    ['too few items', bulk(item(201))],
    ['items of another kind', bulk(item(201), { index: { status: 201 } })],
    ['an item without a status', bulk(item(201), { create: {} })],
    ['an empty answer', answer(200, '')],
  ])('keeps the messages when the answer is %s', (_name, given) => {
    expect(readBulkAnswer(given, 2)).toMatchObject({ kind: 'failed' });
  });

  it('asks for a smaller request when the answer was too long to read', () => {
    expect(readBulkAnswer(answer(200, '{"errors":true,', { isCut: true }), 2)).toMatchObject({ kind: 'unclear' });
    expect(readBulkAnswer(answer(200, '{"errors":true,', { isCut: true }), 1)).toMatchObject({ kind: 'failed' });
  });

  it('goes by the status when that is no 200', () => {
    expect(readBulkAnswer(answer(413, 'x'), 2)).toMatchObject({ kind: 'refused', isTooLong: true });
    expect(readBulkAnswer(answer(401, 'x'), 2)).toMatchObject({ kind: 'failed' });
  });
});
