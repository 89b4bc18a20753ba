import type { LogLine } from '../lines/log-line.ts';
import type { MessageBuilder } from '../queue/message-builder.ts';
import { writeEscapedText } from './escaped-text.ts';
import type { LinePart, LineTemplate } from './line-template.ts';
import { perVariant, renderParts, type TemplateScope } from './render-field.ts';
import { setLine } from './template-data.ts';

export type LineWriter = (line: LogLine, out: MessageBuilder) => void;

/** Writes what there is of a part; or says what is wrong. */
type PartWriter = (line: LogLine, out: MessageBuilder) => string | undefined;

/**
 * Writes lines of one container by a template. `{{.Data}}` gives the line's bytes as they are. When the template has no value
 * the bytes of the line stand in its place.
 */
export function createTemplateWriter({ parts, reads, source }: LineTemplate, scope: TemplateScope): LineWriter {
  const [first, ...others] = joinParts(parts).map((some) => partWriter(some, reads, scope));
  if (first === undefined) return () => undefined;
  if (others.length === 0 && parts[0]?.field === 'Data') return writeData;
  const writers = [first, ...others];
  return (line, out) => {
    const mark = out.messageBytes;
    for (const write of writers) {
      const failure = write(line, out);
      if (failure === undefined) continue;
      scope.onFailure(source, failure);
      out.cut(mark);
      out.bytes(line.bytes);
      return;
    }
  };
}

/** Neighbours that can be rendered together, but each `{{.Data}}` alone. */
function joinParts(parts: readonly LinePart[]): readonly (readonly LinePart[])[] {
  const runs: LinePart[][] = [];
  for (const part of parts) {
    const run = runs.at(-1);
    const [before] = run ?? [];
    const joins = before !== undefined && before.field !== 'Data' && part.field !== 'Data';
    if (run !== undefined && joins && before.isOfLine === part.isOfLine) run.push(part);
    else runs.push([part]);
  }
  return runs;
}

function partWriter(parts: readonly LinePart[], reads: LineTemplate['reads'], scope: TemplateScope): PartWriter {
  const [part] = parts;
  if (part?.field === 'Data') return writeData;
  const { data, view } = scope;
  if (part?.isOfLine === true) {
    return (line, out) => {
      setLine(data, line, reads, view);
      const text = renderParts(parts, data);
      if (!text.ok) return text.error;
      writeEscapedText(text.value, out);
      return undefined;
    };
  }
  const ofVariant = perVariant((line) => {
    setLine(data, line, NOTHING, view);
    const text = renderParts(parts, data);
    return text.ok ? Buffer.from(text.value) : text.error;
  });
  return (line, out) => {
    const made = ofVariant(line);
    if (typeof made === 'string') return made;
    out.bytes(made);
    return undefined;
  };
}

/** Such parts read nothing but what `setLine` always sets. */
const NOTHING: ReadonlySet<never> = new Set();

const writeData = ({ bytes }: LogLine, out: MessageBuilder): undefined => {
  out.bytes(bytes);
};
