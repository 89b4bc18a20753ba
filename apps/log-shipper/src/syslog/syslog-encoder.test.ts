import type { Container } from '@wharf/docker-watcher';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerMetadata } from '../containers/container-metadata.ts';
import { type EncodingOptions, encodingOptions, routeEncoding } from '../encoding-options.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine, LogSource } from '../lines/log-line.ts';
import { optionDefaults } from '../routes/option-defaults.ts';
import { lineTemplate } from '../templates/line-template.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { parseMessage } from '../testing/parse-message.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { createSequence } from './sequence.ts';
import { createSyslogEncoder, type SyslogContext } from './syslog-encoder.ts';
import type { SyslogFormat } from './syslog-settings.ts';

const web = sampleContainer({ name: 'web', hostname: 'east' });

interface EncoderOptions {
  readonly container?: Container;
  readonly options?: Partial<EncodingOptions>;
  readonly route?: Readonly<Record<string, string>>;
  readonly context?: Partial<SyslogContext>;
}

function createEncoder({ container = web, options = {}, route = {}, context = {} }: EncoderOptions): LineEncoder {
  const { syslog, labels } = routeEncoding(
    { ...optionDefaults(encodingOptions), ...options },
    { options: new Map(Object.entries(route)) },
  );
  return createSyslogEncoder(container, containerMetadata(container, 'host-1', labels), syslog, {
    framing: 'traditional',
    hostname: '',
    sequence: createSequence('run1'),
    wallMs: () => Date.UTC(2026, 1, 3, 4, 5, 7, 999),
    onCut: () => undefined,
    onTemplateFailure: (template, message) => {
      throw new Error(`${template}: ${message}`);
    },
    ...context,
  });
}

type Given = Omit<Partial<LogLine>, 'bytes'> & { readonly bytes: string | Buffer };

const encode = (given: EncoderOptions, ...lines: readonly Given[]): string =>
  Buffer.concat(encodeLines(createEncoder(given), ...lines)).toString();

const templates = (given: Partial<Record<keyof EncodingOptions, string>>): Partial<EncodingOptions> =>
  Object.fromEntries(Object.entries(given).map(([name, source]) => [name, lineTemplate(source)]));

const long = (length: number) => 'n'.repeat(length);

describe('createSyslogEncoder', () => {
  it.each<[SyslogFormat, LogSource, Parameters<typeof sampleContainer>[0], string, string]>([
    ['rfc5424', 'stdout', {}, 'ahoy', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc5424', 'stderr', {}, 'ahoy', '<11>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc3164', 'stdout', {}, 'ahoy', '<14>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc3164', 'stderr', {}, 'ahoy', '<11>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc5424', 'stdout', {}, '', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - \n'],
    ['rfc5424', 'stdout', {}, 'grüße\t😀', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - grüße\t😀\n'],
    [
      'rfc5424',
      'stdout',
      { hostname: '', name: 'wéb app', state: { pid: 0 } },
      'x',
      '<14>1 2026-02-03T04:05:06.123456Z - w_b_app 0 - - x\n',
    ],
    [
      'rfc5424',
      'stdout',
      { hostname: long(300), name: long(300) },
      'x',
      `<14>1 2026-02-03T04:05:06.123456Z ${long(255)} ${long(48)} 77 - - x\n`,
    ],
    [
      'rfc3164',
      'stdout',
      { hostname: long(300), name: long(300) },
      'x',
      `<14>2026-02-03T04:05:06.123456Z ${long(255)} ${long(32)}[77]: x\n`,
    ],
  ])('%s %s of %j', (syslogFormat, source, given, bytes, message) => {
    const container = sampleContainer({ name: 'web', hostname: 'east', ...given });
    expect(encode({ container, options: { syslogFormat } }, { source, bytes })).toBe(message);
  });

  it('leaves the bytes of the text as they are', () => {
    const bytes = Buffer.from([0x00, 0xff, 0x80, 0x0d, 0x1b]);
    const [message] = encodeLines(createEncoder({}), { bytes });
    expect(message?.subarray(-6)).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
  });
});

const HEAD = '<14>1 2026-02-03T04:05:06.123456Z east web 77 -';

describe('templates', () => {
  const labelled = sampleContainer({
    name: 'shop.web.1',
    hostname: 'east',
    image: 'web:1',
    labels: new Map([
      ['team', 'a "b"]'],
      ['com.example.tier', 'front\nend'],
    ]),
  });

  it.each<[Partial<Record<keyof EncodingOptions, string>>, string]>([
    [{ syslogPriority: '30' }, '<30>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - - ahoy\n'],
    [
      { syslogPriority: '{{if eq .Source "stdout"}}134{{else}}131{{end}}' },
      '<134>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - - ahoy\n',
    ],
    [
      { syslogTimestamp: '{{.Time.Format "2006-01-02T15:04:05.000Z07:00"}}' },
      '<14>1 2026-02-03T04:05:06.123Z east shop.web.1 77 - - ahoy\n',
    ],
    [
      { syslogHostname: '{{.Container.Name}}' },
      '<14>1 2026-02-03T04:05:06.123456Z /shop.web.1 shop.web.1 77 - - ahoy\n',
    ],
    [
      { syslogTag: '{{index (.ContainerNameSplitN "." 2) 0}} x', syslogPid: '' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop_x - - - ahoy\n',
    ],
    [
      { syslogStructuredData: 'k@41058 tag="some tag"' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - [k@41058 tag="some tag"] ahoy\n',
    ],
    [
      { syslogStructuredData: 'k@1 team="{{index .Container.Config.Labels "team"}}" s="{{.Source}}"' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - [k@1 team="a \\"b\\"\\]" s="stdout"] ahoy\n',
    ],
    [
      { syslogStructuredData: 'k@1 t="{{index .Container.Config.Labels "com.example.tier"}}"' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - [k@1 t="front end"] ahoy\n',
    ],
    [
      { syslogStructuredData: 'k@1 u="ü{{.Data}}" ' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - [k@1 u="üahoy"] ahoy\n',
    ],
    [
      { syslogStructuredData: '{{if eq .Source "stderr"}}k@1{{end}}' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - - ahoy\n',
    ],
    [
      { syslogData: '{"m": {{toJSON .Data}}, "image": "{{.Container.Config.Image}}"}' },
      '<14>1 2026-02-03T04:05:06.123456Z east shop.web.1 77 - - {"m": "ahoy", "image": "web:1"}\n',
    ],
  ])('%j', (given, message) => {
    expect(encode({ container: labelled, options: templates(given) }, { bytes: 'ahoy' })).toBe(message);
  });

  it('leaves structured data as it is where escapes are off, as the original does', () => {
    const options = {
      ...templates({ syslogStructuredData: 'k t="{{index .Container.Config.Labels "team"}}"' }),
      syslogEscape: false,
    };
    expect(encode({ container: labelled, options }, { bytes: 'x' })).toContain(' [k t="a "b"]"] x\n');
    expect(
      encode({ options: { ...options, ...templates({ syslogStructuredData: 'no element ' }) } }, { bytes: 'x' }),
    ).toContain(' [no element ] x\n');
  });

  it('of RFC 3164 may give a time with spaces', () => {
    const options = {
      ...templates({ syslogTimestamp: '{{.Time.Format "Jan _2 15:04:05"}}' }),
      syslogFormat: 'rfc3164' as const,
    };
    expect(encode({ options }, { bytes: 'x' })).toBe('<14>Feb  3 04:05:06 east web[77]: x\n');
  });

  it.each<[Partial<Record<keyof EncodingOptions, string>>, string]>([
    [{ syslogPriority: '192' }, `${HEAD} - x\n`],
    [{ syslogPriority: '014' }, `${HEAD} - x\n`],
    [{ syslogTimestamp: '{{.Time.Format "Jan _2 15:04:05"}}' }, `${HEAD} - x\n`],
    [{ syslogTimestamp: '{{.Time.Format "2006-01-02T15:04:05.000000000Z07:00"}}' }, `${HEAD} - x\n`],
    [{ syslogTag: '{{index .Container.Config.Env 3}}' }, `${HEAD} - x\n`],
    [{ syslogHostname: '{{.Data.First}}' }, `${HEAD} - x\n`],
    [{ syslogStructuredData: 'a{{index .Source 99}}' }, `${HEAD} - x\n`],
    [{ syslogStructuredData: '{{.Container.Config.Labels.x.y}}' }, `${HEAD} - x\n`],
    [{ syslogStructuredData: 'k@1 a=b' }, `${HEAD} - x\n`],
    [{ syslogData: 'a {{slice .Data 5}}' }, `${HEAD} - x\n`],
  ])('%j has no value that fits, so its default stands in', (given, message) => {
    const failures: string[] = [];
    const onTemplateFailure = (template: string, text: string) => failures.push(`${template} ${text}`);
    expect(encode({ options: templates(given), context: { onTemplateFailure } }, { bytes: 'x' })).toBe(message);
    expect(failures).toHaveLength(1);
  });

  it.each<[Readonly<Record<string, string>>, Partial<EncodingOptions>, string]>([
    [{ append_tag: '.test' }, {}, 'web.test 77 - -'],
    [{ append_tag: '-{{.Source}}' }, {}, 'web-stdout 77 - -'],
    [{ append_tag: '.test' }, templates({ syslogTag: '{{.ContainerName}}' }), 'web 77 - -'],
    [{ append_tag: '.test', 'syslog-tag': 'mine' }, {}, 'mine 77 - -'],
    [{ structured_data: 'x@1 a="b"' }, templates({ syslogStructuredData: 'y@1' }), 'web 77 - [x@1 a="b"]'],
    [{ structured_data: 'x@1', 'syslog-structured-data': 'z@1' }, {}, 'web 77 - [x@1]'],
    [{ 'syslog-structured-data': 'z@1' }, templates({ syslogStructuredData: 'y@1' }), 'web 77 - [z@1]'],
  ])('a route with %j and %j', (route, options, part) => {
    expect(encode({ route, options }, { bytes: 'x' })).toBe(`<14>1 2026-02-03T04:05:06.123456Z east ${part} x\n`);
  });

  it("takes the host's name before any template", () => {
    const given = { options: templates({ syslogHostname: 'mine' }), context: { hostname: 'big host' } };
    expect(encode(given, { bytes: 'x' })).toContain('Z big_host web ');
  });

  it('renders what does not depend on the line once', () => {
    let failures = 0;
    const context = { onTemplateFailure: () => (failures += 1) };
    const lines = Array.from({ length: 10 }, () => ({ bytes: 'x' }));
    encode({ options: templates({ syslogTag: '{{slice .ContainerName 9}}' }), context }, ...lines);
    expect(failures).toBe(1);
    encode({ options: templates({ syslogTag: '{{slice .Data 9}}' }), context }, ...lines);
    expect(failures).toBe(11);
  });
});

describe('-syslog-time', () => {
  it.each<[EncodingOptions['syslogTime'], string]>([
    ['engine', '2026-02-03T04:05:06.123456Z'],
    ['engine-seconds', '2026-02-03T04:05:06Z'],
    ['read', '2026-02-03T04:05:07Z'],
  ])('%s', (syslogTime, time) => {
    expect(encode({ options: { syslogTime } }, { bytes: 'x' })).toBe(`<14>1 ${time} east web 77 - - x\n`);
    const options = { ...templates({ syslogData: '{{.Timestamp}}' }), syslogTime };
    expect(encode({ options }, { bytes: 'x' })).toBe(`<14>1 ${time} east web 77 - - ${time}\n`);
  });

  it('read: templates have the moment of reading', () => {
    const options = { ...templates({ syslogData: '{{.Time}}' }), syslogTime: 'read' as const };
    expect(encode({ options }, { bytes: 'x' })).toContain(' - - 2026-02-03 04:05:07.999 +0000 UTC\n');
  });
});

describe('what lines say', () => {
  it.each<[Omit<Given, 'bytes'>, string]>([
    [{ severity: 0 }, '<8>1 '],
    [{ severity: 4, source: 'stderr' }, '<12>1 '],
    [{ severity: 7 }, '<15>1 '],
  ])('%j is the severity of the message', (line, start) => {
    expect(encode({}, { bytes: 'x', ...line })).toMatch(start);
    expect(encode({ options: templates({ syslogPriority: '30' }) }, { bytes: 'x', ...line })).toMatch('<30>1 ');
  });

  it('becomes structured data', () => {
    const fields = [
      ['user', 'a "b"'],
      ['größe', 'ü'],
    ] as const;
    expect(encode({}, { bytes: 'x', fields }, { bytes: 'y' })).toBe(
      `${HEAD} [line@32473 user="a \\"b\\"" gr__e="ü"] x\n${HEAD} - y\n`,
    );
    expect(encode({}, { bytes: 'x', fields: [] })).toBe(`${HEAD} - x\n`);
    expect(encode({ options: { syslogFormat: 'rfc3164' } }, { bytes: 'x', fields })).toMatch(/web\[77\]: x\n$/);
  });
});

describe('-syslog-metadata', () => {
  const container = sampleContainer({
    name: 'wéb',
    hostname: 'east',
    labels: new Map([
      ['team', 'blue'],
      ['com.example.b', '2'],
      ['com.example.a', '"1"'],
      ['secret', 'x'],
    ]),
  });
  const metadata = '[container@32473 host="host-1" id="0123456789ab" name="wéb" image="web:1" source="stderr"]';

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ 'syslog-metadata': '' }, metadata],
    [
      { 'syslog-metadata': '', labels: 'com.example.*,team' },
      `${metadata}[labels@32473 com.example.a="\\"1\\"" com.example.b="2" team="blue"]`,
    ],
    [{ 'syslog-metadata': '', labels: 'nothing' }, metadata],
    [{ labels: '*' }, '-'],
    [{ 'syslog-metadata': '', 'syslog-enterprise': '99' }, metadata.replace('32473', '99')],
    [{ 'syslog-metadata': '', structured_data: 'x@1' }, `${metadata}[x@1]`],
  ])('%j', (route, structuredData) => {
    expect(encode({ container, route }, { bytes: 'x', source: 'stderr' })).toBe(
      `<11>1 2026-02-03T04:05:06.123456Z east w_b 77 - ${structuredData} x\n`,
    );
  });
});

describe('-syslog-sequence', () => {
  it('numbers the messages of all containers of a route', () => {
    const sequence = createSequence('run1');
    const given = { options: { syslogSequence: true }, context: { sequence } };
    const numbered = (number: number) => `${HEAD} [meta sequenceId="${number}"][shipper@32473 run="run1"]`;
    expect(encode(given, { bytes: 'a' }, { bytes: 'b', source: 'stdout' })).toBe(
      `${numbered(1)} a\n${numbered(2)} b\n`,
    );
    expect(encode(given, { bytes: 'c', fields: [['k', 'v']] })).toBe(`${numbered(3)}[line@32473 k="v"] c\n`);
  });

  it('leaves RFC 3164 as it is', () => {
    const options = { syslogSequence: true, syslogMetadata: true, syslogFormat: 'rfc3164' as const };
    expect(encode({ options }, { bytes: 'a' })).toBe('<14>2026-02-03T04:05:06.123456Z east web[77]: a\n');
  });
});

describe('a message of RFC 5424', () => {
  const anything = fc.string({
    unit: fc.constantFrom('a', '-', ' ', '"', ']', '\\', '=', '\n', '\0', 'é', '😀'),
    maxLength: 60,
  });
  const option = fc.record({
    syslogMetadata: fc.boolean(),
    syslogSequence: fc.boolean(),
    syslogTag: fc
      .constantFrom('{{.ContainerName}}', '{{.Data}}', '{{index .Container.Config.Labels "l"}}', '{{.Time}}')
      .map((text) => lineTemplate(text)),
    syslogHostname: fc.constantFrom('{{.Hostname}}', '{{.Container.Config.Labels}}').map((text) => lineTemplate(text)),
    syslogPid: fc.constantFrom('{{.Container.State.Pid}}', '{{.Data}}').map((text) => lineTemplate(text)),
    syslogPriority: fc.constantFrom('{{.Priority}}', '{{len .Data}}').map((text) => lineTemplate(text)),
    syslogTimestamp: fc
      .constantFrom('{{.Timestamp}}', '{{.Data}}', '{{.Time.Format "2006-01-02T15:04:05-07:00"}}')
      .map((text) => lineTemplate(text)),
    syslogStructuredData: fc
      .constantFrom('-', 'x@1 a="{{.Data}}" b="{{index .Container.Config.Labels "l"}}"')
      .map((text) => lineTemplate(text)),
  });

  it('is valid, and its text is the line, whatever containers, lines and templates say', () => {
    fc.assert(
      fc.property(
        option,
        fc.record({ name: anything, hostname: anything, image: anything, label: anything }),
        fc.array(fc.tuple(anything, anything), { maxLength: 4 }),
        fc.oneof(
          fc.uint8Array(),
          anything.map((text) => Buffer.from(text)),
        ),
        (options, { label, ...given }, fields, data) => {
          const container = sampleContainer({ ...given, labels: new Map([['l', label]]) });
          const context = { framing: 'bare', onTemplateFailure: () => undefined } as const;
          const bytes = Buffer.from(data);
          const encoder = createEncoder({ container, options, route: { labels: '*' }, context });
          const [message = Buffer.alloc(0)] = encodeLines(encoder, { bytes, fields });
          const parsed = parseMessage(message);
          expect(parsed?.text).toEqual(bytes);
          expect(new Set(parsed?.ids).size).toBe(parsed?.ids.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
