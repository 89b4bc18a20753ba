import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../lines/log-line.ts';
import { DATAGRAM_LIMIT } from '../syslog/frame-message.ts';
import { lineTemplate } from '../templates/line-template.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { createRawEncoder, type RawContext } from './raw-encoder.ts';

const container = sampleContainer({
  name: 'shop.web.1',
  hostname: 'east',
  image: 'web:1',
  labels: new Map([['team', 'a "b"']]),
  environment: new Map([['MODE', 'test']]),
});

type Given = Omit<Partial<LogLine>, 'bytes'> & { readonly bytes: string | Buffer };

const encode = (source: string, lines: readonly Given[], context: Partial<RawContext> = {}): readonly Buffer[] => {
  const encoder = createRawEncoder(container, lineTemplate(source), 'engine', {
    isDatagram: false,
    wallMs: () => 0,
    onCut: () => undefined,
    onTemplateFailure: (template, message) => {
      throw new Error(`${template}: ${message}`);
    },
    ...context,
  });
  return encodeLines(encoder, ...lines);
};

describe('createRawEncoder', () => {
  it.each([
    ['{{.Data}}{{"\\n"}}', 'ahoy\n'],
    ['{{.Data}}', 'ahoy'],
    ['text', 'text'],
    ['{{.Source}} {{.Priority}} {{.Timestamp}}', 'stdout 14 2026-02-03T04:05:06.123456Z'],
    ['{{.Time.Format "2006-01-02T15:04:05Z07:00"}}', '2026-02-03T04:05:06Z'],
    ['{{.Time}}', '2026-02-03 04:05:06.123456789 +0000 UTC'],
    ['{{.Time.Unix}} {{.Time.UnixMilli}} {{.Time.UnixNano}}', '1770091506 1770091506123 1770091506123456789'],
    ['{{.Time.UTC.Format "15"}}', '04'],
    ['{{.ContainerName}}|{{index (.ContainerNameSplitN "." 2) 1}}', 'shop.web.1|web.1'],
    ['{{len (.ContainerNameSplitN "." 0)}}{{len (.ContainerNameSplitN "." -1)}}', '03'],
    ['{{.Hostname}} {{.Container.Config.Hostname}} {{.Container.Name}}', 'east east /shop.web.1'],
    ['{{.Container.ID}} {{.Container.State.Pid}}', `${container.id} 77`],
    ['{{.Container.Config.Image}} {{.Container.Config.Env}}', 'web:1 [MODE=test]'],
    ['{"l":{{toJSON .Container.Config.Labels}},"m":{{toJSON .Data}}}', '{"l":{"team":"a \\"b\\""},"m":"ahoy"}'],
    ['{{.ContainerName | toUpper}}: {{.Data}}!{{.Data}}', 'SHOP.WEB.1: ahoy!ahoy'],
    ['{{if eq .Source "stderr"}}E{{else}}O{{end}}', 'O'],
  ])('by %s', (template, message) => {
    expect(encode(template, [{ bytes: 'ahoy' }]).map(String)).toEqual([message]);
  });

  it('sends nothing of a line of which the template makes nothing', () => {
    const template = '{{if eq .Source "stderr"}}{{.Data}}{{end}}';
    expect(encode(template, [{ bytes: 'a' }, { bytes: 'b', source: 'stderr' }, { bytes: 'c' }]).map(String)).toEqual([
      'b',
    ]);
  });

  it('takes source and severity of each line, in any order', () => {
    const lines: readonly Given[] = [
      { bytes: 'a' },
      { bytes: 'b', severity: 0 },
      { bytes: 'c', source: 'stderr' },
      { bytes: 'd' },
      { bytes: 'e', source: 'stderr', severity: 7 },
    ];
    expect(encode('{{.Priority}}{{.Data}} ', lines).join('')).toBe('14a 8b 11c 14d 15e ');
  });

  it('passes on any bytes, also through templates that do more than name them', () => {
    const around = [
      ['', '{{.Data}}', ''],
      ['<', '{{.Data}}', '>'],
      ['', '{{if .Data}}{{.Data}}{{end}}', ''],
      ['', '{{printf "%s" .Data}}', '{{.Source}}'],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...around), fc.uint8Array({ minLength: 1 }), ([before, data, after], given) => {
        const end = after.replace('{{.Source}}', 'stdout');
        const [message] = encode(before + data + after, [{ bytes: Buffer.from(given) }]);
        expect(message).toEqual(Buffer.concat([Buffer.from(before), given, Buffer.from(end)]));
      }),
    );
  });

  it('is JSON whatever a line holds', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (data) => {
        const [message] = encode('{"m":{{toJSON .Data}}}', [{ bytes: Buffer.from(data) }]);
        const parsed: unknown = JSON.parse(String(message));
        expect(parsed).toHaveProperty('m');
      }),
    );
  });

  it('takes a line of 1 MiB that JSON makes six times as long', () => {
    const [message] = encode('{{toJSON .Data}}', [{ bytes: Buffer.alloc(1_048_576, 1) }]);
    expect(message?.length).toBe(6 * 1_048_576 + 2);
  });

  it.each([
    ['{{.Data.First}}', 'ahoy'],
    ['a{{.Data}}b{{index .Source 99}}', 'ahoy'],
    ['a{{index .Container.Config.Env 5}}', 'ahoy'],
  ])('sends the line itself when %s fails, and says so', (template, message) => {
    const failures: string[] = [];
    const context: Partial<RawContext> = { onTemplateFailure: (given, text) => failures.push(`${given} ${text}`) };
    expect(encode(template, [{ bytes: 'ahoy' }, { bytes: 'ahoy' }], context).map(String)).toEqual([message, message]);
    expect(failures).toHaveLength(2);
    expect(failures[0]).toMatch(/^.* 1:\d+: /);
  });

  it('cuts what no datagram holds between characters', () => {
    let cuts = 0;
    const context: Partial<RawContext> = { isDatagram: true, onCut: () => (cuts += 1) };
    const whole = 'x'.repeat(DATAGRAM_LIMIT);
    expect(encode('{{.Data}}', [{ bytes: whole }], context).map(String)).toEqual([whole]);
    expect(cuts).toBe(0);
    const [cut] = encode('{{.Data}}', [{ bytes: `${'x'.repeat(DATAGRAM_LIMIT - 1)}é` }], context);
    expect([String(cut), cuts]).toEqual(['x'.repeat(DATAGRAM_LIMIT - 1), 1]);
  });
});
