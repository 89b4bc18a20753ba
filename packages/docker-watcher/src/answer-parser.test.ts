import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswerParser, MAX_HEAD_BYTES } from './answer-parser.ts';

/** What is reported of `text` that arrives in parts that end at `cuts`, each overwritten once it was taken. */
function parse(text: string, cuts: readonly number[] = [], stopAt?: 'head' | 'body') {
  const calls: string[] = [];
  let body = '';
  const parser = createAnswerParser({
    onHead({ status }) {
      calls.push(`head ${status}`);
      if (stopAt === 'head') parser.stop();
    },
    onBody(bytes) {
      body += bytes.toString('latin1');
      if (stopAt === 'body') parser.stop();
    },
    onComplete: () => calls.push('complete'),
    onFault: (error) => calls.push(error.message),
  });
  const bytes = Buffer.from(text, 'latin1');
  let start = 0;
  for (const end of [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    const part = Buffer.from(bytes.subarray(start, end));
    parser.push(part);
    part.fill(0xee);
    start = end;
  }
  parser.end();
  return { calls, body };
}

const everyByte = (text: string): readonly number[] => Array.from(text, (_byte, index) => index);
const HEAD = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

describe('createAnswerParser', () => {
  const answers = [
    { name: 'a body that ends with the connection', text: `${HEAD}\r\none\r\n\r\ntwo`, body: 'one\r\n\r\ntwo' },
    { name: 'a body of a given length', text: `${HEAD}Content-Length: 5\r\n\r\nahoy\n`, body: 'ahoy\n' },
    { name: 'what follows a body of a given length', text: `${HEAD}Content-Length: 2\r\n\r\nahoy`, body: 'ah' },
    { name: 'chunks', text: `${CHUNKED}2\r\nah\r\n3;x\r\noy\n\r\n0\r\n\r\n`, body: 'ahoy\n' },
    { name: 'what follows chunks', text: `${CHUNKED}2\r\nah\r\n0\r\n\r\noy`, body: 'ah' },
    { name: 'no body', text: `${HEAD}Content-Length: 0\r\n\r\n`, body: '' },
  ];

  it.each(answers)('gives the same of $name, wherever the parts end', ({ text, body }) => {
    const expected = { calls: ['head 200', 'complete'], body };
    for (let cut = 0; cut <= text.length; cut++) expect(parse(text, [cut])).toEqual(expected);
    expect(parse(text, everyByte(text))).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        expect(parse(text, cuts)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['nothing', '', [], 'the connection was closed before the end of the answer'],
    ['half a head', HEAD, [], 'the connection was closed before the end of the answer'],
    ['a length that is not reached', `${HEAD}Content-Length: 5\r\n\r\nah`, ['head 200'], 'the connection was closed'],
    ['chunks without the last', `${CHUNKED}2\r\nah\r\n`, ['head 200'], 'the connection was closed'],
    ['chunks that are none', `${CHUNKED}2\r\nahoy`, ['head 200'], 'the body of the answer is no sequence of chunks'],
    ['a head that is none', `${HEAD}Content-Length: x\r\n\r\n`, [], 'no usable length'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', [], 'what answers speaks no HTTP'],
    ['another protocol, late', 'HTTP/2', [], 'what answers speaks no HTTP'],
    ['a head without end', HEAD + 'a: b\r\n'.repeat(MAX_HEAD_BYTES), [], 'is longer than 16384 bytes'],
  ])('tells what is wrong with %s once, wherever the parts end', (_what, text, before, sentence) => {
    const calls = [...before, expect.stringContaining(sentence)];
    expect(parse(text).calls).toEqual(calls);
    expect(parse(text, everyByte(text)).calls).toEqual(calls);
  });

  it('takes a head of just the longest length', () => {
    const name = 'a'.repeat(MAX_HEAD_BYTES - HEAD.length - ':\r\n\r\n'.length);
    expect(parse(`${HEAD}${name}:\r\n\r\nahoy`)).toEqual({ calls: ['head 200', 'complete'], body: 'ahoy' });
    expect(parse(`${HEAD}a${name}:\r\n\r\nahoy`).calls).toEqual([expect.stringContaining('is longer than')]);
  });

  it.each(answers)('says nothing more of $name once it is told to stop', ({ text, body }) => {
    expect(parse(text, [], 'head')).toEqual({ calls: ['head 200'], body: '' });
    expect(parse(text, [], 'body').calls).toEqual(body === '' ? ['head 200', 'complete'] : ['head 200']);
  });
});
