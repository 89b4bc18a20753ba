import { describe, expect, it } from 'vitest';
import { parseAnswerHead } from './answer-head.ts';

describe('parseAnswerHead', () => {
  it.each([
    ['HTTP/1.1 200 OK', { status: 200, reason: 'OK', body: 'until-close' }],
    ['HTTP/1.0 404 Not Found\r\nServer: x', { status: 404, reason: 'Not Found', body: 'until-close' }],
    ['HTTP/1.1 200', { status: 200, reason: '', body: 'until-close' }],
    ['HTTP/1.1 200 \r\nContent-Length: 12', { status: 200, reason: '', body: 12 }],
    ['HTTP/1.1 200 OK\r\ncontent-length:0\r\nContent-Length: 0 ', { status: 200, reason: 'OK', body: 0 }],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked', { status: 200, reason: 'OK', body: 'chunked' }],
    [
      'HTTP/1.1 200 OK\r\nContent-Length: 3\r\ntransfer-encoding: chunked',
      { status: 200, reason: 'OK', body: 'chunked' },
    ],
    ['HTTP/1.1 200 OK\r\nX-Empty:\r\nX-Colon: a:b', { status: 200, reason: 'OK', body: 'until-close' }],
  ])('reads %j', (head, expected) => {
    expect(parseAnswerHead(head)).toEqual({ ok: true, value: expected });
  });

  it.each([
    ['', 'begins with ""'],
    ['HTTP/2 200 OK', 'begins with "HTTP/2 200 OK"'],
    ['HTTP/1.1 20 OK', 'begins with'],
    ['HTTP/1.1 2000 OK', 'begins with'],
    ['HTTP/1.1 200 OK\r\nno field', 'is no field: "no field"'],
    ['HTTP/1.1 200 OK\r\n: x', 'is no field: ": x"'],
    ['HTTP/1.1 200 OK\r\nName : x', 'is no field'],
    ['HTTP/1.1 200 OK\r\nA: x\r\n folded: y', 'is no field'],
    ['HTTP/1.1 200 OK\r\nContent-Length: -1', 'no usable length of its body: "-1"'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999', 'no usable length'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2', 'no usable length of its body: "1, 2"'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked', 'not understood: "gzip, chunked"'],
  ])('does not read %j', (head, sentence) => {
    expect(parseAnswerHead(head)).toEqual({ ok: false, error: expect.stringContaining(sentence) });
  });
});
