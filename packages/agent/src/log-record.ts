import { escapeControls } from './quote-value.ts';

/** One line of the log, for a receiver that keeps its agent and its level apart from the text. */
export interface LogRecord {
  readonly agent: string;
  readonly level: string;
  /** Component, message and fields, those of an error among them: one line without control characters. */
  readonly text: string;
}

/** Makes a record of a line of the log's JSON. */
export function parseLogRecord(line: string): LogRecord {
  const { agent, level, time: _time, component, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const parts = [
    typeof component === 'string' && component !== agent ? `${component}:` : '',
    String(msg),
    Object.keys(fields).length === 0 ? '' : JSON.stringify(fields),
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  return { agent: String(agent), level: String(level), text: escapeControls(text) };
}
