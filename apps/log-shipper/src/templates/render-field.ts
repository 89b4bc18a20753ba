import { lineVariant } from '../lines/line-variant.ts';
import type { LogLine } from '../lines/log-line.ts';
import type { LinePart, LineTemplate } from './line-template.ts';
import { type LineView, setLine, type TemplateData } from './template-data.ts';

/** What templates of one container's lines are rendered with. */
export interface TemplateScope {
  readonly data: TemplateData;
  readonly view: LineView;
  /** A template has no value for a line; the message says where in it, and nothing of the data. */
  readonly onFailure: (template: string, message: string) => void;
}

export interface FieldSettings {
  readonly template: LineTemplate;
  /** What stands in when the template has no value, or none that fits. */
  readonly fallback: (line: LogLine) => string;
  /** Makes a value fit; undefined when it cannot. */
  readonly fit: (text: string) => string | undefined;
}

/** One field of a message. */
export interface Field {
  /** It may differ from line to line; otherwise only with source and severity. */
  readonly isOfLine: boolean;
  readonly text: (line: LogLine) => string;
}

/** A field of the messages of one container, by a template. */
export function createField({ template, fallback, fit }: FieldSettings, scope: TemplateScope): Field {
  const { parts, reads, source } = template;
  const isOfLine = parts.some((part) => part.isOfLine);
  const [only] = parts;
  if (parts.length === 1 && only?.field === 'Timestamp') return { isOfLine, text: scope.view.timeOf };
  const render = (line: LogLine): string => {
    setLine(scope.data, line, reads, scope.view);
    const text = renderParts(parts, scope.data);
    if (text.ok) {
      const fitting = fit(text.value);
      if (fitting !== undefined) return fitting;
    }
    scope.onFailure(source, text.ok ? 'the text is not what may stand there' : text.error);
    return fallback(line);
  };
  return { isOfLine, text: isOfLine ? render : perVariant(render) };
}

/** Remembers what `make` gives for lines of each source and severity. */
export function perVariant<T>(make: (line: LogLine) => T): (line: LogLine) => T {
  const made: (T | undefined)[] = [];
  return (line) => (made[lineVariant(line)] ??= make(line));
}

type Rendered = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly error: string };

/** The texts of parts, one after the other. */
export function renderParts(parts: readonly Pick<LinePart, 'render'>[], data: TemplateData): Rendered {
  let value = '';
  for (const part of parts) {
    const rendered = part.render(data);
    if (!rendered.ok) return { ok: false, error: rendered.error.message };
    value += rendered.value;
  }
  return { ok: true, value };
}
