import { describe, expect, it } from 'vitest';
import { type EncodingOptions, encodingOptions, needsInspection, routeEncoding } from './encoding-options.ts';
import { optionDefaults } from './routes/option-defaults.ts';
import { parseRoutes } from './routes/parse-routes.ts';
import { lineTemplate } from './templates/line-template.ts';

const defaults = optionDefaults(encodingOptions);
const route = (query: string) => {
  const parsed = parseRoutes([`syslog://logs.example.org${query}`], '<route URI>', {});
  if (!parsed.ok) throw new Error(parsed.error.map(({ message }) => message).join());
  return parsed.value;
};

describe('needsInspection', () => {
  it.each<[Partial<EncodingOptions>, string, boolean]>([
    [{}, '', false],
    [{ syslogTag: lineTemplate('{{.ContainerName}}x') }, '', false],
    [{ syslogTag: lineTemplate('{{.Container.Name}}') }, '', true],
    [{ rawFormat: lineTemplate('{{toJSON .}}') }, '', true],
    [{}, '?structured_data={{.Container.Image}}', true],
    [{}, '?append_tag=.x', false],
  ])('%j %s', (given, query, needed) => {
    expect(needsInspection({ ...defaults, ...given }, route(query))).toBe(needed);
  });
});

describe('options of a route', () => {
  it.each([
    ['syslog://a?raw-format=x', 'has an option raw-format that has no meaning there'],
    ['raw://a:1?syslog-tag=x', 'has an option syslog-tag that has no meaning there'],
    ['raw://a:1?labels=x', 'has an option labels that has no meaning there'],
    ['syslog://a?append_tag={{.X}}', 'has an option append_tag that names a field .X; '],
    ['syslog://a?syslog-tag={{', 'has an option syslog-tag that is no template: 1:'],
    ['syslog://a?labels=[', 'has an option labels that is a pattern that breaks off'],
  ])('%s is refused', (uri, message) => {
    const parsed = parseRoutes([uri], '<route URI>', {});
    expect(parsed.ok ? [] : parsed.error.map((error) => error.message.slice(0, message.length))).toEqual([message]);
  });

  it('beat those of the agent', () => {
    const [own = { options: new Map<string, string>() }] = route(
      '?syslog-format=rfc3164&syslog-tcp-framing=octet-counted&syslog-time=read&syslog-sequence&syslog-metadata&labels=a,b&syslog-pid=7',
    );
    const { syslog, labels } = routeEncoding(defaults, own);
    expect(syslog).toMatchObject({
      format: 'rfc3164',
      tcpFraming: 'octet-counted',
      time: 'read',
      sequence: true,
      metadata: true,
      enterprise: 32_473,
      templates: { pid: { source: '7' }, tag: { source: '{{.ContainerName}}' } },
    });
    expect(labels.map(({ source }) => source)).toEqual(['a', 'b']);
  });
});
