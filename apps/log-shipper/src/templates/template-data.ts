import type { Container } from '@wharf/docker-watcher';
import { type Callable, callable, TemplateFailure, type TextObject, textObject } from '@wharf/go-template';
import type { LogLine } from '../lines/log-line.ts';
import { toEscapedText } from './escaped-text.ts';
import { formatGoTime, goTimeJson, printGoTime } from './go-time.ts';
import type { TemplateField } from './line-template.ts';

/** What templates are rendered with; what is of the line is set anew for each. */
export interface TemplateData extends Record<TemplateField, unknown> {
  readonly ContainerNameSplitN: Callable;
  Data: string;
  Priority: number;
  Source: string;
  Time: TextObject | undefined;
  Timestamp: string;
}

/** How the fields of a line come about. */
export interface LineView {
  readonly priorityOf: (line: LogLine) => number;
  /** In the form of `PieceMark`'s timestamp. */
  readonly momentOf: (line: LogLine) => string;
  readonly timeOf: (line: LogLine) => string;
}

/** The data for lines of one container. */
export function createTemplateData(container: Container): TemplateData {
  return {
    Container: containerData(container),
    ContainerName: container.name,
    ContainerNameSplitN: callable((separator, limit) => splitN(container.name, separator, limit)),
    Data: '',
    Hostname: container.hostname,
    Priority: 0,
    Source: '',
    Time: undefined,
    Timestamp: '',
  };
}

/** Puts into the data what `reads` names of a line. */
export function setLine(data: TemplateData, line: LogLine, reads: ReadonlySet<TemplateField>, view: LineView): void {
  data.Source = line.source;
  data.Priority = view.priorityOf(line);
  if (reads.has('Data')) data.Data = toEscapedText(line.bytes);
  if (reads.has('Time')) data.Time = timeObject(view.momentOf(line));
  if (reads.has('Timestamp')) data.Timestamp = view.timeOf(line);
}

/**
 * As the engine's answer has it, with the names that the original's users know: `ID`, and the process as it was when the
 * container last ran. Where the answer is not kept, the same of what is.
 */
function containerData({
  id,
  name,
  image,
  hostname,
  environment,
  labels,
  state,
  inspected,
}: Container): Readonly<Record<string, unknown>> {
  if (inspected !== undefined) {
    const said = inspected['State'];
    const isObject = typeof said === 'object' && said !== null;
    return { ...inspected, ID: id, State: { ...(isObject ? said : {}), Pid: state.pid } };
  }
  return {
    ID: id,
    Name: `/${name}`,
    Config: {
      Hostname: hostname,
      Image: image,
      Labels: labels,
      Env: [...environment].map(([key, value]) => `${key}=${value}`),
    },
    State: { Pid: state.pid, Running: state.running },
  };
}

/** Go's `strings.SplitN`. */
function splitN(text: string, separator: unknown, limit: unknown): readonly string[] {
  if (typeof separator !== 'string' || typeof limit !== 'number') {
    throw new TemplateFailure('evaluation', 'wrong arguments for .ContainerNameSplitN: expected a text and a number');
  }
  const pieces = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0 || pieces.length <= limit) return pieces;
  if (limit === 0) return [];
  return [...pieces.slice(0, limit - 1), pieces.slice(limit - 1).join(separator)];
}

function timeObject(timestamp: string): TextObject {
  const ms = () => Date.parse(`${timestamp.slice(0, 23)}Z`);
  const methods: Record<string, Callable> = {
    Format: callable((layout) => formatGoTime(timestamp, String(layout))),
    String: callable(() => printGoTime(timestamp)),
    Unix: callable(() => Math.floor(ms() / 1_000)),
    UnixMilli: callable(ms),
    UnixNano: callable(() => BigInt(ms()) * 1_000_000n + BigInt(timestamp.slice(23, 29))),
    UTC: callable(() => object),
  };
  const object = textObject(
    () => printGoTime(timestamp),
    () => goTimeJson(timestamp),
    methods,
  );
  return object;
}
