import { describe, expect, it } from 'vitest';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { jsonTypeAccepted } from './json-type-accepted.ts';
import { createJsonViewEncoder, createTextEncoder } from './view-encoders.ts';

const timestamp = '2026-02-03T04:05:06.123456789Z';
const encode = (encoder: LineEncoder, bytes: Buffer | string): Buffer => {
  const builder = new MessageBuilder();
  encoder({ source: 'stderr', timestamp, bytes: Buffer.from(bytes) }, builder);
  return builder.take().bytes;
};

describe('createTextEncoder', () => {
  it('writes the name and the line as it is', () => {
    const bytes = Buffer.from([0x61, 0xff, 0x1b, 0x0d]);
    expect(encode(createTextEncoder('web', false), bytes)).toEqual(
      Buffer.concat([Buffer.from('web|'), bytes, Buffer.from('\n')]),
    );
  });

  it('gives a name its colour, always the same, and not all names the same', () => {
    const start = (name: string) => encode(createTextEncoder(name, true), '').toString();
    expect(start('web')).toBe(start('web'));
    const colors = ['web', 'db', 'cache', 'queue', 'mail'].map((name) => /\[0;(?<code>\d+)m/.exec(start(name))?.[1]);
    expect(new Set(colors).size).toBeGreaterThan(2);
    expect(start('web')).toMatch(/^\S\[0;(?:3[1-6]|9[1-6])mweb\|\S\[0m\n$/u);
  });
});

describe('createJsonViewEncoder', () => {
  it('writes an object and a line feed, nothing of the environment', () => {
    const container = sampleContainer({
      environment: new Map([['PASSWORD', 'secret']]),
      labels: new Map([
        ['a"b', 'c\nd'],
        ['__proto__', 'x'],
      ]),
    });
    const text = encode(createJsonViewEncoder(container), 'say "hi"\u0007').toString();
    expect(text).not.toContain('secret');
    expect(text.indexOf('\n')).toBe(text.length - 1);
    const object: unknown = JSON.parse(text);
    expect(JSON.stringify(object)).toBe(
      `{"id":"${container.id}","name":"web","image":"web:1","labels":{"a\\"b":"c\\nd","__proto__":"x"},"source":"stderr","time":"${timestamp}","data":"say \\"hi\\"\\u0007"}`,
    );
  });
});

describe('jsonTypeAccepted', () => {
  it.each([
    ['application/json', 'application/json'],
    ['text/html, application/x-ndjson;q=0.9', 'application/x-ndjson'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['text/html,*/*', undefined],
    ['application/jsonp', undefined],
    ['', undefined],
  ])('%j is %j', (accept, type) => {
    expect(jsonTypeAccepted(accept)).toBe(type);
  });
});
