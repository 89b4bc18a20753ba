/** Fields of one log line; values must be safe to print: whoever logs keeps secrets out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** The part of pino's logger that Wharf uses: fields first, then a sentence for people. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds `fields` to every line, such as `{ component: 'watch' }`. */
  child(fields: LogFields): Logger;
}

const ignore = (): void => undefined;

/** Says nothing: for tests and for callers that report by other means. */
export const silentLogger: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => silentLogger,
};
