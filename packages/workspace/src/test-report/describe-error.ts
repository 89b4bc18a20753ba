import { stripVTControlCharacters } from 'node:util';

/** An error as vitest hands it from a worker to its reporters. */
export interface ReportedError {
  readonly name?: string;
  readonly message: string;
  readonly stack?: string;
  readonly diff?: unknown;
  readonly cause?: ReportedError;
}

/** As many causes behind an error are told. */
const CAUSES = 4;

/** The message, where in the workspace's own code it came from, what differed, and then the same of its causes. */
export function describeError(error: ReportedError, causes: number = CAUSES): string {
  const { name, message, diff, cause } = error;
  const title = name === undefined || message.startsWith(name) ? message : `${name}: ${message}`;
  const parts = [title, ownFrame(error.stack ?? ''), typeof diff === 'string' ? diff : undefined];
  if (cause !== undefined && causes > 0) parts.push(`Caused by ${describeError(cause, causes - 1)}`);
  return stripVTControlCharacters(parts.filter((part) => part !== undefined).join('\n'));
}

/** The first line of a stack that is neither in a dependency nor in Node. */
function ownFrame(stack: string): string | undefined {
  const frames = stack.split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line));
  return frames.find((line) => !/node_modules|node:/.test(line));
}
