import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toggle } from './option-types.ts';
import { findRequest, parseCommandLine, renderOptionError } from './parse-command-line.ts';
import { sampleCommand } from './testing/sample-command.ts';

const URI = 'memory:///example.local';

const parse = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  parseCommandLine(sampleCommand, argv, env);

const values = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const parsed = parse(argv, env);
  if (!parsed.ok) throw new Error(parsed.error.map(renderOptionError).join('\n'));
  return parsed.value;
};

const complaints = (argv: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] => {
  const parsed = parse(argv, env);
  return parsed.ok ? [] : parsed.error.map(renderOptionError);
};

describe('parseCommandLine', () => {
  it.each([
    [['-ttl', '40', URI]],
    [['--ttl', '40', URI]],
    [['-ttl=40', URI]],
    [['--ttl=40', URI]],
    [[URI, '-ttl', '40']],
    [['-ttl', '40', '--', URI]],
    [['-ttl', '1', '-ttl', '40', URI]],
  ])('reads %j in the style of Go', (argv) => {
    expect(values(argv)).toMatchObject({ options: { ttl: 40 }, positionals: [URI] });
  });

  it.each([
    [['-internal', URI], true],
    [['-internal=false', URI], false],
    [['--internal=1', URI], true],
    [[URI], false],
  ])('reads the switch of %j as %s', (argv, expected) => {
    expect(values(argv).options.internal).toBe(expected);
  });

  it.each([
    [['-ip', '-5', URI], '-5'],
    [['-ip', '--', URI], '--'],
    [['-ip=', URI], ''],
    [['-ip=a=b', URI], 'a=b'],
  ])('takes whatever follows a flag for its value: %j', (argv, expected) => {
    expect(values(argv).options.ip).toBe(expected);
  });

  it('takes everything after -- and a single dash for positionals', () => {
    expect(complaints(['--', '-', '-ttl'])).toEqual(['<registry URI>: "-ttl" is one too many: at most 1 may be given']);
    expect(values(['-']).positionals).toEqual(['-']);
  });

  it.each([
    [['-ttl', '1', URI], { TTL: '2' }, 1],
    [[URI], { TTL: '2' }, 2],
    [[URI], { TTL: '' }, 60],
    [[URI], {}, 60],
  ])('lets a flag beat a variable and a variable the default: %j %j', (argv, env, expected) => {
    expect(values(argv, env).options.ttl).toBe(expected);
  });

  it('uses the first variable that is not empty', () => {
    expect(values([URI], { MACHINES: '', OLD_MACHINES: 'b' }).options.machines).toEqual(['b']);
    expect(values([URI], { MACHINES: 'a', OLD_MACHINES: 'b' }).options.machines).toEqual(['a']);
  });

  it('knows what was given, and by what, and what is a default', () => {
    const env = { FLUSH_AFTER: '1s', TTL: '2', MACHINES: '', OLD_MACHINES: 'b' };
    expect(values(['-ttl', '60', URI], env).given).toEqual(
      new Map([
        ['ttl', '-ttl'],
        ['flush', 'FLUSH_AFTER'],
        ['machines', 'OLD_MACHINES'],
      ]),
    );
  });

  it('reports every error at once, each naming the option, the value and what is accepted', () => {
    const argv = ['-ttl', 'abc', '-internal=maybe', '-tll=3', '-log-level', 'loud'];
    expect(complaints(argv, { FLUSH_AFTER: 'soon' })).toEqual([
      '-tll: there is no such option; did you mean -ttl?',
      '-ttl: "abc" is not a whole number of seconds, at least 1',
      '-internal: "maybe" is neither true nor false (1, 0, t and f do too)',
      'FLUSH_AFTER: "soon" is not a duration such as 500ms, 30s or 1m30s',
      '-log-level: "loud" is none of debug, info, warn, error',
    ]);
  });

  it.each([
    [[], '<registry URI>: is missing'],
    [['a', 'b'], '<registry URI>: "b" is one too many: at most 1 may be given'],
    [['-ttl'], '-ttl: needs a value'],
    [['-ttl=', 'a'], '-ttl: an empty value is not a whole number of seconds, at least 1'],
    [['-bogus', 'a', 'b'], '-bogus: there is no such option; -help lists the options'],
    [['---ttl', 'a'], '--ttl: there is no such option; did you mean -ttl?'],
    [['-', '-=x'], '-: there is no such option; -help lists the options'],
  ])('says about %j: %s', (argv, expected) => {
    expect(complaints(argv)).toEqual([expected]);
  });

  it('has positionals checked together with wrong options, when their number is right, and else leaves them alone', () => {
    const check = (texts: readonly string[]) =>
      texts.includes('bad') ? [{ option: '<registry URI>', value: 'bad', message: 'is not a URI' }] : [];
    const command = { ...sampleCommand, positionals: { ...sampleCommand.positionals, check } };
    const complain = (...argv: string[]) => {
      const parsed = parseCommandLine(command, argv, {});
      return parsed.ok ? [] : parsed.error.map(renderOptionError);
    };
    expect(complain('good')).toEqual([]);
    expect(complain('bad')).toEqual([]);
    expect(complain('-ttl=x', 'bad')).toHaveLength(2);
    expect(complain('bad', 'bad')).toEqual(['<registry URI>: "bad" is one too many: at most 1 may be given']);
  });

  it('never shows a secret, nor what followed a misspelt flag', () => {
    const lines = [
      ...complaints(['-password=wrong', URI]),
      ...complaints([URI], { PASSWORD: 'wrong' }),
      ...complaints(['-pasword=wrong', URI]),
      ...complaints(['a', 'http://user:wrong@db']),
    ];
    expect(lines).toHaveLength(4);
    expect(lines.join('\n')).not.toContain('wrong');
    expect(lines[0]).toBe('-password: the value given is too weak');
  });

  it('accepts a deprecated option, warns and ignores it', () => {
    expect(values(['-discover=whatever', URI])).toMatchObject({
      options: { discover: false },
      warnings: ['-discover is accepted but does nothing: every machine in -machines is used.'],
    });
  });

  it('warns of a value that is taken and may be meant otherwise', () => {
    const loose = { ...toggle(), doubt: (text: string) => (text === 'true' ? undefined : 'looks odd') };
    const option = { flag: 'loose', variables: ['LOOSE'], type: loose, default: false, summary: 'Anything.' };
    const command = { ...sampleCommand, options: { ...sampleCommand.options, loose: option } };
    const warnings = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const parsed = parseCommandLine(command, [...argv, URI], env);
      return parsed.ok ? parsed.value.warnings : undefined;
    };
    expect(warnings([], { LOOSE: 'false' })).toEqual(['LOOSE: "false" looks odd']);
    expect([warnings(['-loose']), warnings(['-loose'], { LOOSE: 'false' }), warnings([])]).toEqual([[], [], []]);
  });

  it('never throws, whatever it is given', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('-ttl', '--ttl=', '-internal', '--', '-', '-=', '--=', '-h', '-password', '-__proto__', URI),
    );
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.dictionary(fc.constantFrom('TTL', 'MACHINES', 'PASSWORD'), piece),
        (argv, env) => {
          const parsed = parse(argv, env);
          const lines = parsed.ok ? [] : parsed.error.map(renderOptionError);
          for (const line of lines) expect(line).toMatch(/^[^\n\r]+$/);
          expect(lines.length > 0).toBe(!parsed.ok);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads back every value that it is given as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.boolean(), fc.string(), (ttl, internal, ip) => {
        const argv = [`-ttl=${ttl}`, `-internal=${internal}`, '-ip', ip, URI];
        expect(values(argv).options).toMatchObject({ ttl, internal, ip });
      }),
    );
  });
});

describe('renderOptionError', () => {
  it('keeps credentials out, also when the message repeats the value', () => {
    const message = '"ftp://user:secret@db" is no address of an engine';
    expect(renderOptionError({ option: '-docker-host', value: '', message })).toBe(
      '-docker-host: "ftp://***@db" is no address of an engine',
    );
  });
});

describe('findRequest', () => {
  it.each([
    [['-h'], 'help'],
    [['--help'], 'help'],
    [['-bogus', '-help'], 'help'],
    [['--version', '-h'], 'version'],
    [['-ip', '-h'], undefined],
    [['--', '-h'], undefined],
    [[], undefined],
  ])('in %j is %s', (argv, expected) => {
    expect(findRequest(sampleCommand.options, argv)).toBe(expected);
  });
});
