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
});
