import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../lines/fingerprint.ts';
import { createEntryParser } from './entry-parser.ts';

const time = '2026-02-03T04:05:06.123456789Z';

const parse = (bytes: string | Buffer, takes: (source: string, timestamp: string) => boolean = () => true) => {
  const seen: string[] = [];
  const parser = createEntryParser({
    takes,
    onPiece({ source, timestamp, bytes: text, partial, print }) {
      expect(print).toBe(fingerprint(source, partial, text));
      seen.push(`${source} ${timestamp} ${JSON.stringify(String(text))}${partial ? ' ...' : ''}`);
    },
    onMalformed: () => seen.push('malformed'),
  });
  const chunk = Buffer.from(bytes);
  return { taken: parser.parse(chunk), seen, parser, chunk };
};

const entry = (log: string, more = ''): string =>
  `{"log":${JSON.stringify(log)},"stream":"stdout"${more},"time":"${time}"}\n`;

describe('createEntryParser', () => {
  it.each<[string, string, readonly string[]]>([
    ['a line', entry('ahoy\n'), [`stdout ${time} "ahoy"`]],
    ['a piece of a line', entry('ahoy'), [`stdout ${time} "ahoy" ...`]],
    ['an empty line', entry('\n'), [`stdout ${time} ""`]],
    ['an empty piece', entry(''), [`stdout ${time} "" ...`]],
    ['stderr', entry('ahoy\n').replace('stdout', 'stderr'), [`stderr ${time} "ahoy"`]],
    ['a backslash before the end', entry('a\\\n'), [`stdout ${time} "a\\\\"`]],
    ['a backslash and an n', entry('a\\n'), [`stdout ${time} "a\\\\n" ...`]],
    ['line feeds within', entry('a\nb\n\n'), [`stdout ${time} "a\\nb\\n"`]],
    [
      'a line of JSON',
      entry('{"log":"x","stream":"y"}\n'),
      [`stdout ${time} ${JSON.stringify('{"log":"x","stream":"y"}')}`],
    ],
    ['labels', entry('ahoy\n', ',"attrs":{"a":"b\\"","c":"}"}'), [`stdout ${time} "ahoy"`]],
    ['another order', `{"time":"${time}", "stream":"stderr", "log":"é\\u0041\\n"}\n`, [`stderr ${time} "éA"`]],
    [
      'a member that is not known',
      entry('ahoy\n').replace(',"stream"', ',"x":"y","stream"'),
      [`stdout ${time} "ahoy"`],
    ],
    ['no text', `{"stream":"stdout","time":"${time}"}\n`, [`stdout ${time} "" ...`]],
    ['no stream', `{"log":"x","time":"${time}"}\n`, ['malformed']],
    ['another stream', `{"log":"x","stream":"stdin","time":"${time}"}\n`, ['malformed']],
    ['no time', '{"log":"x","stream":"stdout"}\n', ['malformed']],
    ['a time that is none', entry('x').replace(time, '2026-02-03 04:05:06.123456789Z'), ['malformed']],
    ['a time with letters', entry('x').replace(time, '2026-02-03T04:05:06.12345678aZ'), ['malformed']],
    ['no JSON', 'what is this?\n', ['malformed']],
    ['another kind of JSON', '[1]\n"log"\nnull\n', ['malformed', 'malformed', 'malformed']],
    ['a number for a text', `{"log":1,"stream":"stdout","time":"${time}"}\n`, ['malformed']],
    ['a text cut short, before the next', `{"log":"ab${entry('c\n')}`, ['malformed', `stdout ${time} "c"`]],
    ['an escape cut short', `{"log":"ab\\${entry('c\n')}`, ['malformed', `stdout ${time} "c"`]],
    [
      'a time cut short',
      `{"log":"x\\n","stream":"stdout","time":"2026${entry('c\n')}`,
      ['malformed', `stdout ${time} "c"`],
    ],
    ['zeros where a crash left a hole', `${'\0'.repeat(50)}${entry('c\n')}`, ['malformed', `stdout ${time} "c"`]],
  ])('reads %s', (_name, bytes, seen) => {
    expect(parse(bytes)).toMatchObject({ taken: Buffer.byteLength(bytes), seen });
    expect(parse(entry('before\n') + bytes + entry('after')).seen).toEqual([
      `stdout ${time} "before"`,
      ...seen,
      `stdout ${time} "after" ...`,
    ]);
  });

  it.each([
    ['2026-02-03T04:05:06.12345678Z', '2026-02-03T04:05:06.123456780Z'],
    ['2026-02-03T04:05:06.1Z', '2026-02-03T04:05:06.100000000Z'],
    ['2026-02-03T04:05:06Z', '2026-02-03T04:05:06.000000000Z'],
    ['2026-02-03T05:05:06.5+01:00', '2026-02-03T04:05:06.500000000Z'],
    ['2026-02-03T04:05:06.123456789+00:00', time],
  ])('gives the time %s thirty characters', (written, timestamp) => {
    expect(parse(entry('x\n').replace(time, written)).seen).toEqual([`stdout ${timestamp} "x"`]);
  });

  it('keeps bytes that are no UTF-8', () => {
    const bytes: Buffer[] = [];
    const parser = createEntryParser({
      takes: () => true,
      onPiece: (piece) => bytes.push(Buffer.from(piece.bytes)),
      onMalformed: () => undefined,
    });
    const text = Buffer.from([0x61, 0xe9, 0xff, 0x62]);
    const [head, tail] = [Buffer.from('{"log":"'), Buffer.from(`\\n","stream":"stdout","time":"${time}"}\n`)];
    parser.parse(Buffer.concat([head, text, tail, head, text, Buffer.from('\\"'), tail]));
    expect(bytes).toEqual([text, Buffer.concat([text, Buffer.from('"')])]);
  });

  it('asks whether an entry is wanted, with its source and time', () => {
    const stored = entry('a\n') + entry('b\n').replace('stdout', 'stderr') + entry('c\n', ',"attrs":{}');
    const asked: string[] = [];
    const { seen, taken } = parse(stored, (source, timestamp) => {
      asked.push(`${source} ${timestamp}`);
      return source === 'stderr';
    });
    expect({ seen, taken }).toEqual({ seen: [`stderr ${time} "b"`], taken: stored.length });
    expect(asked).toEqual([`stdout ${time}`, `stderr ${time}`, `stdout ${time}`]);
  });

  it('reads an entry that has lost its line feed when told so', () => {
    const { parser, seen, taken } = parse(entry('a\n').slice(0, -1));
    expect({ seen, taken }).toEqual({ seen: [], taken: 0 });
    parser.parseLast(Buffer.from(entry('a\n').slice(0, -1)));
    parser.parseLast(Buffer.from(entry('a\n').slice(0, -2)));
    expect(seen).toEqual([`stdout ${time} "a"`, 'malformed']);
  });

  it('takes whole entries, wherever the chunk ends', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\\', '"', '\\n', 'a\n'));
    const log = fc.array(fc.tuple(text, fc.constantFrom('', ',"attrs":{"a":"b"}')), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(log, fc.nat(), (stored, cut) => {
        const written = stored.map(([each, more]) => entry(each, more));
        const bytes = Buffer.from(written.join(''));
        const end = cut % (bytes.length + 1);
        const { taken, seen } = parse(bytes.subarray(0, end));
        expect(taken).toBe(bytes.subarray(0, end).lastIndexOf('\n') + 1);
        const all = [...seen, ...parse(bytes.subarray(taken)).seen];
        expect(all).toEqual(
          stored.map(([each]) =>
            each.endsWith('\n')
              ? `stdout ${time} ${JSON.stringify(each.slice(0, -1))}`
              : `stdout ${time} ${JSON.stringify(each)} ...`,
          ),
        );
      }),
    );
  });

  it('neither throws nor stops at any bytes', () => {
    const part = fc.constantFrom(
      '{"log":"',
      '\\n","stream":"std',
      'out","time":"',
      time,
      '"}\n',
      '\n',
      '\\',
      '"',
      'x',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const bytes = parts.join('');
        const { taken, seen } = parse(`${bytes}\n${entry('end\n')}`);
        expect(taken).toBe(bytes.length + 1 + entry('end\n').length);
        expect(seen.at(-1)).toBe(`stdout ${time} "end"`);
      }),
    );
  });
});
