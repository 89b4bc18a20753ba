import { failure, type OptionType, type Result, success } from '@wharf/agent';
import { parseTemplate, stringFunctions, type TemplatePart, toJson } from '@wharf/go-template';

/** What templates may name, as in the original; `Container` is what the engine says of it. */
const templateFields = [
  'Container',
  'ContainerName',
  'ContainerNameSplitN',
  'Data',
  'Hostname',
  'Priority',
  'Source',
  'Time',
  'Timestamp',
] as const;

export type TemplateField = (typeof templateFields)[number];

/** Of those, what may be another one for each line, even of the same source and severity. */
const fieldsOfLines: ReadonlySet<string> = new Set<TemplateField>(['Data', 'Time', 'Timestamp']);

/** A part of a template for lines. */
export interface LinePart extends Pick<TemplatePart, 'render' | 'field'> {
  /** It must be rendered for each line; otherwise once for each container, source and severity. */
  readonly isOfLine: boolean;
}

/** A template of the operator's for lines of containers. */
export interface LineTemplate {
  /** As it was given. */
  readonly source: string;
  readonly parts: readonly LinePart[];
  /** What it may read of the line and its container. */
  readonly reads: ReadonlySet<TemplateField>;
}

/** A line of 1 MiB in JSON has at most six times its length. */
const LIMITS = { outputLength: 8 * 1_048_576, steps: 1_000_000 };

const functions = { ...stringFunctions, toJSON: (value: unknown) => toJson(value, LIMITS) };

/**
 * Parses a template in the language of Go's text/template. An error is the end of a sentence that begins with it; a field
 * that there is none of is one too, and not only when the first line comes.
 * @param escape is done to what the template's actions write
 */
export function parseLineTemplate(source: string, escape?: (text: string) => string): Result<LineTemplate, string> {
  const parsed = parseTemplate(source, { functions, limits: LIMITS, ...(escape === undefined ? {} : { escape }) });
  if (!parsed.ok) return failure(`is no template: ${parsed.error.message}`);
  const reads = new Set<TemplateField>();
  for (const part of parsed.value.parts) {
    for (const name of part.reads ?? templateFields) {
      const field = templateFields.find((known) => known === name);
      if (field === undefined) return failure(`names a field .${name}; there are .${templateFields.join(', .')}`);
      reads.add(field);
    }
  }
  const parts = parsed.value.parts.map(({ field, render, reads: names }) => ({
    field,
    render,
    isOfLine: names === undefined || names.intersection(fieldsOfLines).size > 0,
  }));
  return success({ source, parts, reads });
}

/** A template that is known to be one. */
export function lineTemplate(source: string, escape?: (text: string) => string): LineTemplate {
  const parsed = parseLineTemplate(source, escape);
  if (!parsed.ok) throw new TypeError(`${source} ${parsed.error}`);
  return parsed.value;
}

export const templateType: OptionType<LineTemplate> = {
  placeholder: 'template',
  parse: (text) => parseLineTemplate(text),
  render: ({ source }) => source,
};
