import type { OptionValues } from '@wharf/agent';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogSource } from '../lines/log-line.ts';
import { createTakingSink, sampleLine, sampleTimestamp } from '../testing/sample-lines.ts';
import { createStages } from './create-stages.ts';
import { noStages, type StageSettings, stageOptions, stageRouteOptions, stageSettings } from './stage-settings.ts';

const defaults: OptionValues<typeof stageOptions> = {
  multilinePattern: stageOptions.multilinePattern.default,
  multilineMatch: 'nonfirst',
  multilineFlushAfter: 500,
  multilineSeparator: '\n',
  multilineEnableDefault: true,
  include: undefined,
  exclude: undefined,
  redact: [],
  redactBuiltIn: [],
  rateLimit: undefined,
  parseJson: false,
  jsonMessage: false,
};

function settingsOf(query: string, multiline = false, given: Partial<typeof defaults> = {}): StageSettings {
  const options = new Map(new URLSearchParams(query).entries());
  return stageSettings({ ...defaults, ...given }, { multiline, options });
}

interface Labelled {
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

function start(settings: StageSettings, { environment = {}, labels = {} }: Labelled = {}) {
  const taken = createTakingSink();
  const dropped: string[] = [];
  const container = { environment: new Map(Object.entries(environment)), labels: new Map(Object.entries(labels)) };
  const stages = createStages(settings, container, taken.sink, (reason, lines) => dropped.push(`${reason} ${lines}`));
  return { ...taken, stages, dropped };
}

describe('stageSettings', () => {
  it('asks for nothing by default', () => {
    expect(settingsOf('')).toEqual(noStages);
  });

  it('lets a route go before the agent, and take back what the agent asks for', () => {
    const given = {
      rateLimit: { perSecond: 1, burst: 1 },
      exclude: settingsOf('exclude=a').exclude,
      parseJson: true,
      redactBuiltIn: ['email'] as const,
    };
    const ofAgent = settingsOf('', false, given);
    expect(ofAgent).toMatchObject({ rateLimit: given.rateLimit, json: 'fields', exclude: { source: 'a' } });
    expect(ofAgent.redactions.map(({ source }) => source)).toEqual(['email']);
    expect(settingsOf('rate-limit=off&exclude=&parse-json=false&redact-builtin=', false, given)).toEqual(noStages);
    expect(settingsOf('rate-limit=5/s&exclude=b&json-message', false, given)).toMatchObject({
      rateLimit: { perSecond: 5, burst: 5 },
      exclude: { source: 'b' },
      json: 'message',
    });
  });

  it('joins lines on multiline routes alone', () => {
    const query = 'multiline-match=first&multiline-pattern=^x&multiline-flush-after=250&multiline-separator=%5Cn%20';
    expect(settingsOf(query).multiline).toBeUndefined();
    expect(settingsOf(query, true).multiline).toMatchObject({
      match: 'first',
      pattern: { source: '^x' },
      flushAfterMs: 250,
      separator: '\n ',
      enabledByDefault: true,
    });
  });

  it.each([
    ['exclude', '(', 'x'],
    ['redact', 'a*', 'a+'],
    ['redact-builtin', 'names', 'email,ipv4'],
    ['rate-limit', 'much', '5/s'],
    ['parse-json', 'perhaps', ''],
    ['multiline-match', 'middle', 'last'],
    ['multiline-pattern', '(', '^x'],
    ['multiline-flush-after', '0', '20'],
  ])('a route may have a %s, but not %j', (name, wrong, right) => {
    const option = stageRouteOptions.find((each) => each.name === name);
    expect(option?.parse(wrong).ok).toBe(false);
    expect(option?.parse(right).ok).toBe(true);
    expect(() => settingsOf(`${name}=${wrong}`, true)).toThrow(TypeError);
    expect(() => settingsOf(`${name}=${right}`, true)).not.toThrow();
  });

  it.each([
    ['\\n', '\n'],
    [' | ', ' | '],
    ['\\t\\\\n', '\t\\n'],
  ])('reads a multiline-separator of %j as %j, and writes it so', (text, expected) => {
    const { type } = stageOptions.multilineSeparator;
    expect(type.parse(text)).toEqual({ ok: true, value: expected });
    expect(type.render(expected)).toBe(text);
  });

  it.each([
    ['500', 500],
    ['2s', 2_000],
    ['0', undefined],
    ['-1', undefined],
    ['soon', undefined],
  ])('reads a multiline-flush-after of %j as %s', (text, expected) => {
    const parsed = stageOptions.multilineFlushAfter.type.parse(text);
    expect(parsed.ok ? parsed.value : undefined).toBe(expected);
  });
});

describe('createStages', () => {
  it('passes lines on as they are when nothing is asked for', () => {
    const { stages, lines } = start(noStages);
    const line = sampleLine('x');
    stages.push(line, [], 0);
    expect(lines).toEqual([line]);
    expect(stages.dueAtMs).toBeUndefined();
  });

  it('takes what is included, unless it is excluded', () => {
    const { stages, texts, lines, dropped } = start(settingsOf('include=GET|POST&exclude=/healthz'));
    for (const text of ['GET /', 'GET /healthz', 'started', 'POST /x']) stages.push(sampleLine(text), [], 0);
    expect(texts()).toEqual(['GET /', 'POST /x']);
    expect(lines.length).toBe(4);
    expect(dropped).toEqual(['excluded 1', 'excluded 1']);
  });

  it('joins, filters, redacts, limits and parses in this order', () => {
    const { stages, lines, dropped } = start(
      settingsOf('exclude=trace&redact=p%3D%5Cw%2B&rate-limit=1/h&json-message', true),
    );
    for (const text of ['one', ' trace', '{"msg":"p=x",', ' "level":"warn","q":"p=y"}', '{"msg":"z"}']) {
      stages.push(sampleLine(text), [], 0);
    }
    stages.flush();
    expect(lines).toEqual([
      undefined,
      { ...sampleLine('[redacted]'), severity: 4, fields: [['q', '[redacted]']] },
      undefined,
      { ...sampleLine('... 1 line suppressed'), severity: 5 },
    ]);
    expect(dropped).toEqual(['excluded 1', 'rate-limited 1']);
  });

  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ environment: { LOGSPOUT_MULTILINE: 'false' } }, true, false],
    [{ labels: { LOGSPOUT_MULTILINE: 'True' } }, false, true],
    [{ environment: { LOGSPOUT_MULTILINE: 'true' }, labels: { LOGSPOUT_MULTILINE: 'false' } }, false, true],
    [{ environment: { LOGSPOUT_MULTILINE: 'perhaps' }, labels: { LOGSPOUT_MULTILINE: 'false' } }, true, false],
  ] as const)('with %j and a default of %s, lines are joined: %s', (labelled, multilineEnableDefault, joins) => {
    const { stages, texts } = start(settingsOf('', true, { multilineEnableDefault }), labelled);
    stages.push(sampleLine('a'), [], 0);
    stages.push(sampleLine(' b'), [], 0);
    stages.flush();
    expect(texts()).toEqual(joins ? ['a\n b'] : ['a', ' b']);
  });

  const queries = [
    '',
    'exclude=b',
    'include=a|b|%5Cs',
    'rate-limit=20/s',
    'redact=c',
    'parse-json',
    'exclude=b&rate-limit=9/s',
  ];
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.record({ text: fc.constantFrom('a', ' b', 'c', '{"a":1}', ''), stderr: fc.boolean() }) },
    { weight: 2, arbitrary: fc.constant('tick' as const) },
    { weight: 1, arbitrary: fc.constant('rewind' as const) },
  );

  it('gives every mark once, by source in order, whatever comes in between', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...queries),
        fc.boolean(),
        fc.array(fc.tuple(step, fc.integer({ min: 0, max: 700 })), { maxLength: 60 }),
        (query, multiline, steps) => {
          const { stages, lines, marks } = start(settingsOf(query, multiline));
          const given: Record<LogSource, number[]> = { stdout: [], stderr: [] };
          const sourceOf = new Map<number, LogSource>();
          const untilDueMs: number[] = [];
          let nowMs = 0;
          for (const [index, [what, waitMs]] of steps.entries()) {
            nowMs += waitMs;
            if (what === 'tick') {
              stages.tick(nowMs);
              untilDueMs.push((stages.dueAtMs ?? Infinity) - nowMs);
            } else if (what === 'rewind') {
              stages.rewind();
              // What was not given on is read again, here not: it counts as never given.
              const known = new Set(marks.map(({ print }) => print));
              for (const source of ['stdout', 'stderr'] as const)
                given[source] = given[source].filter((print) => known.has(print));
            } else {
              const source = what.stderr ? 'stderr' : 'stdout';
              given[source].push(index);
              sourceOf.set(index, source);
              const mark = { timestamp: sampleTimestamp(nowMs), print: index };
              stages.push(sampleLine(what.text, { source, atMs: nowMs }), [mark], nowMs);
            }
          }
          stages.flush();
          expect(stages.dueAtMs).toBeUndefined();
          expect(Math.min(...untilDueMs)).toBeGreaterThan(0);
          for (const source of ['stdout', 'stderr'] as const) {
            const prints = marks.map(({ print }) => print).filter((print) => sourceOf.get(print) === source);
            expect(prints).toEqual(given[source]);
          }
          expect(lines.length).toBeGreaterThanOrEqual(multiline ? 0 : marks.length);
        },
      ),
    );
  });

  it('leaves the bytes of lines alone that no stage has to do with', () => {
    const settings = settingsOf(
      'exclude=EXCLUDED&redact=SECRET&redact-builtin=email&rate-limit=1000000/s&json-message',
    );
    fc.assert(
      fc.property(fc.uint8Array(), (array) => {
        const bytes = Buffer.from(array);
        fc.pre(!bytes.includes('{') && !bytes.includes('@'));
        const { stages, lines } = start(settings);
        stages.push(sampleLine(bytes), [], 0);
        expect(lines).toEqual([sampleLine(bytes)]);
      }),
    );
  });
});
