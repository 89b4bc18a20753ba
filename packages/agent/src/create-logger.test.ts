import { describe, expect, it } from 'vitest';
import { createLogger, type LogSettings } from './create-logger.ts';

const settings: LogSettings = { agent: 'sample', level: 'info', format: 'json', colours: false };

const collect = (changes: Partial<LogSettings> = {}) => {
  const lines: string[] = [];
  return { lines, log: createLogger({ ...settings, ...changes }, (line) => lines.push(line)) };
};

describe('createLogger', () => {
  it('writes a line of JSON with time, level, agent and fields', () => {
    const { lines, log } = collect();
    log.child({ component: 'watch' }).warn({ revision: 7 }, 'the link was cut');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{"level":"warn","time":"\d{4}-[^"]+Z","agent":"sample",.*\}\n$/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ component: 'watch', revision: 7, msg: 'the link was cut' });
  });

  it("replaces a parent's field in the child, and writes it once", () => {
    const { lines, log } = collect();
    log.child({ agent: 'registrar', component: 'a' }).child({ component: 'b' }).info({}, 'x');
    expect(lines[0]).toMatch(/"agent":"registrar","component":"b","msg":"x"\}\n$/);
    expect(lines[0]).not.toContain('"sample"');
  });

  it('leaves out what is below the level', () => {
    const { lines, log } = collect({ level: 'warn' });
    log.info({}, 'x');
    log.child({ component: 'a' }).debug({}, 'x');
    expect(lines).toEqual([]);
    log.error({}, 'x');
    expect(lines).toHaveLength(1);
  });

  it.each(['json', 'text'] as const)('keeps credentials of URLs out of %s', (format) => {
    const { lines, log } = collect({ format });
    log.error({ err: new Error('http://user:secret@db refused'), url: 'http://user:secret@db' }, 'http://u:secret@db');
    expect(lines.join('')).toContain('http://***@db');
    expect(lines.join('')).not.toContain('secret');
  });

  it('writes text for people', () => {
    const { lines, log } = collect({ format: 'text' });
    log.child({ component: 'watch' }).info({ revision: 7 }, 'the link was cut');
    log.child({ component: 'sample' }).info({}, 'once');
    expect(lines[1]).toMatch(/ INFO: sample: once\n$/);
    expect(lines[0]).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: sample\/watch: the link was cut \{"revision":7\}\n$/);
  });

  it.each([
    { title: 'JSON that quotes twice', value: String.raw`{"text":"lower=yes \"note=two words\""}` },
    { title: 'backslashes', value: String.raw`C:\new\\share\"` },
    { title: 'line breaks and control characters', value: 'a\r\n\tb\u001b[31m\u2028' },
    { title: 'a word that is written as an escape', value: String.raw`\n \u001b` },
  ])('writes $title so that it can be read back from JSON and from text', ({ value }) => {
    const fields = { value, nested: { list: [value] }, name: 'web', [value]: 1 };
    const json = collect();
    json.log.info(fields, value);
    expect(JSON.parse(json.lines.join(''))).toMatchObject({ ...fields, msg: value });
    const text = collect({ format: 'text' });
    text.log.info(fields, 'stored');
    const shown = / INFO: sample: stored (\{.*\})\n$/.exec(text.lines.join(''))?.[1];
    expect(JSON.parse(shown ?? '')).toEqual(fields);
  });

  it('writes the message of text as one line that no terminal takes for commands', () => {
    const { lines, log } = collect({ format: 'text' });
    log.warn({}, 'a\nb\u001b[2J');
    expect(lines[0]).toMatch(/ WARN: sample: a\\u000ab\\u001b\[2J\n$/);
  });

  it('writes the stack of an error below its line of text, and the other fields in it', () => {
    const { lines, log } = collect({ format: 'text' });
    log.error({ err: new Error('boom'), revision: 7 }, 'crashed');
    expect(lines[0]).toMatch(/ ERROR: sample: crashed \{"revision":7\}\n/);
    expect(lines[0]).toMatch(/\n +at .*create-logger\.test\.ts/);
  });

  it('writes fields in grey where there are colours', () => {
    const { lines, log } = collect({ format: 'text', colours: true });
    log.info({ revision: 7 }, 'x');
    expect(lines[0]).toContain('\u001b[90m{"revision":7}');
  });
});
