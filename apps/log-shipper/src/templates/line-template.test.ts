import { describe, expect, it } from 'vitest';
import { parseLineTemplate, templateType } from './line-template.ts';

describe('parseLineTemplate', () => {
  it.each([
    ['{{.Data', 'is no template: 1:1: '],
    ['a\n{{nothing .Data}}', 'is no template: 2:3: '],
    ['{{.Date}}', 'names a field .Date; there are .Container, .ContainerName, '],
    ['{{if .Data}}{{.Nmae}}{{end}}', 'names a field .Nmae; '],
  ])('refuses %j and says where', (source, beginning) => {
    const parsed = parseLineTemplate(source);
    expect(parsed.ok ? '' : parsed.error.slice(0, beginning.length)).toBe(beginning);
  });

  it.each([
    ['{{.ContainerName}}.{{.Container.Config.Image}}', [false, false, false]],
    ['{{.Priority}}{{.Source}}', [false, false]],
    ['{{.Data}}', [true]],
    ['{{.Time.Format "15"}} {{.ContainerName}}', [true, false, false]],
    ['{{.Timestamp}}', [true]],
    ['{{toJSON .}}', [true]],
  ])('of %s knows which parts are of the line', (source, ofLine) => {
    const parsed = parseLineTemplate(source);
    expect(parsed.ok && parsed.value.parts.map(({ isOfLine }) => isOfLine)).toEqual(ofLine);
  });

  it('knows what a template reads', () => {
    const reads = (source: string) => {
      const parsed = parseLineTemplate(source);
      return parsed.ok ? [...parsed.value.reads] : parsed.error;
    };
    expect(reads('{{with .Container}}{{.Name}}{{end}}{{.Source}}')).toEqual(['Container', 'Source']);
    expect(reads('{{.}}')).toHaveLength(9);
  });
});

it('templateType writes a template as it was given', () => {
  const parsed = templateType.parse('a {{- .Data -}} b');
  expect(parsed.ok && templateType.render(parsed.value)).toBe('a {{- .Data -}} b');
});
