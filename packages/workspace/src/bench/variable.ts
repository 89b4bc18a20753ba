import { UserError } from '../user-error.ts';

/** An environment variable that a benchmark reads; the help and whoever reads it take its name from here. */
export interface BenchVariable {
  readonly name: string;
  /** A value that it takes. */
  readonly example: string;
  /** What it does, and what holds without it. */
  readonly summary: string;
  /** Of a number: whether it may be 0 too. */
  readonly mayBeZero?: boolean;
}

/**
 * The number that a variable is set to; `fallback` when it is empty or not set.
 * @throws UserError when it is no number above 0, nor 0 where that may be
 */
export function readNumber(
  { name, example, mayBeZero = false }: BenchVariable,
  fallback: number,
  env: NodeJS.ProcessEnv,
): number {
  const text = env[name] ?? '';
  if (text === '') return fallback;
  const value = Number(text);
  if (Number.isFinite(value) && (mayBeZero ? value >= 0 : value > 0)) return value;
  throw new UserError(
    `${name} takes a number${mayBeZero ? ' from 0' : ' above 0'}, such as ${example}, not "${text}".`,
  );
}
