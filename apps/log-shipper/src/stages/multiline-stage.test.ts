import { describe, expect, it } from 'vitest';
import { createTakingSink, sampleLine, sampleTimestamp } from '../testing/sample-lines.ts';
import { createLineText } from './line-text.ts';
import {
  createMultilineStage,
  MESSAGE_BYTES_LIMIT,
  MESSAGE_LINES_LIMIT,
  type MultilineSettings,
} from './multiline-stage.ts';
import { compilePattern } from './pattern.ts';
import { sinkLink } from './stage-link.ts';

function start(match: MultilineSettings['match'], source: string, separator = '\n') {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new Error(pattern.error);
  const taken = createTakingSink();
  const settings = { match, pattern: pattern.value, flushAfterMs: 500, separator };
  return { ...taken, stage: createMultilineStage(settings, createLineText(), sinkLink(taken.sink)) };
}

const JAVA = [
  'INFO start',
  'java.lang.IllegalStateException: no',
  '\tat org.example.Web.run(Web.java:7)',
  'Caused by: java.io.IOException: disk',
  '\tat org.example.Disk.write(Disk.java:9)',
  '\t... 3 more',
  'INFO end',
];
const PYTHON = [
  'start',
  'Traceback (most recent call last):',
  '  File "web.py", line 7, in <module>',
  '    run()',
  'ValueError: no',
  'end',
];
const GO = ['panic: no', '', 'goroutine 1 [running]:', 'main.main()', '\t/src/main.go:7 +0x1d', '2026/02/03 start'];

describe('createMultilineStage', () => {
  it.each([
    ['nonfirst', '^\\s', JAVA, [[0], [1, 2], [3, 4, 5], [6]]],
    ['nonfirst', '^\\s|^Caused by:', JAVA, [[0], [1, 2, 3, 4, 5], [6]]],
    ['first', '^[A-Z]+ |^java', JAVA, [[0], [1, 2, 3, 4, 5], [6]]],
    ['nonfirst', '^\\s|^\\w+Error:', PYTHON, [[0], [1, 2, 3, 4], [5]]],
    ['first', '^(start|Traceback|end)', PYTHON, [[0], [1, 2, 3, 4], [5]]],
    ['first', '^(panic:|\\d{4}/)', GO, [[0, 1, 2, 3, 4], [5]]],
    ['last', ';$', ['select 1', 'from x;', 'commit;', 'select'], [[0, 1], [2], [3]]],
    ['nonlast', '\\\\$', ['cc \\', '-c \\', 'x.c', 'ld', 'rm \\'], [[0, 1, 2], [3], [4]]],
    [
      'first',
      '^x',
      ['a', 'b', 'x', 'c'],
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ] as const)('joins where %s lines match %j', (match, pattern, lines, groups) => {
    const { stage, texts } = start(match, pattern);
    for (const line of lines) stage.push(sampleLine(line), [], 0);
    stage.flush();
    expect(texts()).toEqual(groups.map((group) => group.map((index) => lines[index]).join('\n')));
  });

  it('takes time and source of the first line, and the marks of all', () => {
    const { stage, lines, marks } = start('nonfirst', '^\\s', ' | ');
    const given = [1, 2, 3].map((print) => ({ timestamp: sampleTimestamp(print), print }));
    stage.push(sampleLine('a', { atMs: 1, source: 'stderr' }), given.slice(0, 1), 0);
    stage.push(sampleLine(' b', { atMs: 2, source: 'stderr' }), given.slice(1), 0);
    stage.flush();
    expect(lines).toEqual([sampleLine('a |  b', { atMs: 1, source: 'stderr' })]);
    expect(marks).toEqual(given);
  });

  it('joins each source for itself', () => {
    const { stage, texts } = start('nonfirst', '^\\s');
    stage.push(sampleLine('a'), [], 0);
    stage.push(sampleLine('x', { source: 'stderr' }), [], 0);
    stage.push(sampleLine(' b'), [], 0);
    stage.push(sampleLine(' y', { source: 'stderr' }), [], 0);
    stage.flush();
    expect(texts()).toEqual(['a\n b', 'x\n y']);
  });

  it('gives a message on when its next line has not come for a while', () => {
    const { stage, texts } = start('nonfirst', '^\\s');
    expect(stage.dueAtMs).toBeUndefined();
    stage.push(sampleLine('a'), [], 1_000);
    stage.push(sampleLine('x', { source: 'stderr' }), [], 1_300);
    stage.push(sampleLine(' b'), [], 1_400);
    expect(stage.dueAtMs).toBe(1_800);
    stage.tick(1_799);
    expect(texts()).toEqual([]);
    stage.tick(1_800);
    expect(texts()).toEqual(['x']);
    expect(stage.dueAtMs).toBe(1_900);
    stage.tick(1_900);
    expect(texts()).toEqual(['x', 'a\n b']);
    expect(stage.dueAtMs).toBeUndefined();
  });

  it('holds no more than the limits', () => {
    const { stage, texts } = start('nonfirst', '^\\s');
    for (let line = 0; line < MESSAGE_LINES_LIMIT + 1; line++) stage.push(sampleLine(' x'), [], 0);
    expect(texts().map((text) => text.split('\n').length)).toEqual([MESSAGE_LINES_LIMIT]);
    stage.flush();
    const half = ` ${'y'.repeat(MESSAGE_BYTES_LIMIT / 2)}`;
    for (let line = 0; line < 3; line++) stage.push(sampleLine(half), [], 0);
    stage.flush();
    expect(texts().slice(2)).toEqual([half, half, half]);
  });

  it('keeps the bytes of lines whose buffer is used again', () => {
    const { stage, texts } = start('nonfirst', '^\\s');
    const bytes = Buffer.from('a');
    stage.push(sampleLine(bytes), [], 0);
    bytes.write('z');
    stage.flush();
    expect(texts()).toEqual(['a']);
  });

  it('forgets what was not given on when the stream is read again', () => {
    const { stage, texts, marks } = start('nonfirst', '^\\s');
    stage.push(sampleLine('a'), [{ timestamp: '', print: 1 }], 0);
    stage.push(sampleLine('b'), [{ timestamp: '', print: 2 }], 0);
    stage.rewind();
    expect(stage.dueAtMs).toBeUndefined();
    stage.push(sampleLine(' c'), [{ timestamp: '', print: 3 }], 0);
    stage.flush();
    expect(texts()).toEqual(['a', ' c']);
    expect(marks.map(({ print }) => print)).toEqual([1, 3]);
  });
});
