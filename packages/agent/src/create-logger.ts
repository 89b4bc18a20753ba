import { type Logger as PinoLogger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { type LogRecord, parseLogRecord } from './log-record.ts';
import type { LogFields, Logger } from './logger.ts';
import { escapeControls, withoutCredentials } from './quote-value.ts';

/** How an agent logs. */
export interface LogSettings {
  /** The program's name, in the field `agent` of every line. */
  readonly agent: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'json' | 'text';
  /** For `text`. */
  readonly colours: boolean;
}

/**
 * A logger that hands `write` one line at a time, line feed included: JSON with `time`, `level`, `agent`, usually
 * `component`, then `msg`; or the same as text for people. The user and password of a URL never get into a line.
 * @param forward takes each line as a record, too
 */
export function createLogger(
  settings: LogSettings,
  write: (line: string) => void,
  forward?: (record: LogRecord) => void,
): Logger {
  const render = settings.format === 'text' ? createTextRenderer(settings.colours) : (line: string) => line;
  const root = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line) {
        const safe = withoutCredentials(line);
        write(render(safe));
        forward?.(parseLogRecord(safe));
      },
    },
  );
  return wrap(root, { agent: settings.agent });
}

/** A child's fields replace its parent's: pino by itself would write a repeated field twice. */
function wrap(root: PinoLogger, fields: LogFields): Logger {
  const logger = root.child(fields);
  return {
    debug: (extra, message) => logger.debug(extra, message),
    info: (extra, message) => logger.info(extra, message),
    warn: (extra, message) => logger.warn(extra, message),
    error: (extra, message) => logger.error(extra, message),
    child: (extra) => wrap(root, { ...fields, ...extra }),
  };
}

/**
 * pino-pretty gives time, level, colours and the stacks of errors; what it makes of other fields is ambiguous (it halves
 * the backslashes of JSON, and leaves out a `name`), so that message and fields are written here.
 */
function createTextRenderer(colours: boolean): (line: string) => string {
  return prettyFactory({
    colorize: colours,
    translateTime: 'SYS:HH:MM:ss.l',
    include: 'level,time,err',
    messageFormat: (
      { agent, component, msg, level: _level, time: _time, err: _err, ...fields },
      _key,
      _label,
      extras,
    ) => {
      const source = new Set([agent, component].filter((part) => typeof part === 'string'));
      const message = escapeControls(`${[...source].join('/')}: ${String(msg)}`);
      if (Object.keys(fields).length === 0) return message;
      return `${message} ${extras.colors.gray(escapeControls(JSON.stringify(fields)))}`;
    },
  });
}
