import type { Result } from './result.ts';

/**
 * How the text of an option becomes a value. The errors of `parse` continue a sentence that begins with the text, and
 * so never repeat it (it may be a secret): `is not a whole number of seconds`.
 */
export interface OptionType<T> {
  /** What stands for the value in `--help`: `seconds` is shown as `-ttl <seconds>`. */
  readonly placeholder: string;
  parse(text: string): Result<T, string>;
  /** The text that `parse` would turn into `value`. */
  render(value: T): string;
  /** What makes a text suspicious that `parse` takes, as the errors of `parse`: it is warned of. */
  doubt?(text: string): string | undefined;
  /** A switch takes a value only after `=`: `-internal`, `-internal=false`. */
  readonly isSwitch?: true;
}
