import { parseDuration, renderDuration } from './duration.ts';
import type { OptionType } from './option-type.ts';
import { failure, success } from './result.ts';

/** Any text; `placeholder` is what `--help` calls it. */
export function string(placeholder = 'text'): OptionType<string> {
  return { placeholder, parse: success, render: (value) => value };
}

/** Bounds, both inclusive, and the unit that messages and `--help` name: `seconds`. */
export interface IntegerLimits {
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
}

/** A whole decimal number, within the safe integers. */
export function integer(limits: IntegerLimits = {}): OptionType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER, unit } = limits;
  return {
    placeholder: unit ?? 'number',
    parse(text) {
      const value = Number(text);
      if (!/^[+-]?\d{1,16}$/.test(text)) {
        return failure(`is not a whole number${unit === undefined ? '' : ` of ${unit}`}${renderRange(limits)}`);
      }
      if (value < min || value > max)
        return failure(`is out of range: it must be a whole number${renderRange(limits)}`);
      return success(value === 0 ? 0 : value);
    },
    render: String,
  };
}

function renderRange({ min, max }: IntegerLimits): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return `, at least ${min}`;
  if (max !== undefined) return `, at most ${max}`;
  return '';
}

const TOGGLE_TEXTS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);

/**
 * A switch: `-internal`, `-internal=false`; a variable needs a value.
 * @see https://pkg.go.dev/strconv#ParseBool for the texts
 */
export function toggle(): OptionType<boolean> {
  return {
    placeholder: 'true|false',
    isSwitch: true,
    parse(text) {
      const value = TOGGLE_TEXTS.get(text);
      return value === undefined ? failure('is neither true nor false (1, 0, t and f do too)') : success(value);
    },
    render: String,
  };
}

/** One of some words, exactly as written. */
export function choice<const T extends string>(words: readonly T[]): OptionType<T> {
  return {
    placeholder: words.join('|'),
    parse(text) {
      const word = words.find((word) => word === text);
      return word === undefined ? failure(`is none of ${words.join(', ')}`) : success(word);
    },
    render: (value) => value,
  };
}

/** Items separated by commas; blanks around an item do not count, and neither do empty items. */
export function list<T>(of: OptionType<T>): OptionType<readonly T[]> {
  return {
    placeholder: `${of.placeholder},...`,
    parse(text) {
      const values: T[] = [];
      const items = text.split(',').map((item) => item.trim());
      for (const [index, item] of items.entries()) {
        if (item === '') continue;
        const parsed = of.parse(item);
        if (!parsed.ok)
          return failure(items.length === 1 ? parsed.error : `has an item ${index + 1} that ${parsed.error}`);
        values.push(parsed.value);
      }
      return success(values);
    },
    render: (values) => values.map((value) => of.render(value)).join(','),
  };
}

/** Bounds of a duration in milliseconds, both inclusive. */
export interface DurationLimits {
  readonly minMs?: number;
  readonly maxMs?: number;
}

/** A duration as Go writes it, `500ms`, `1m30s` or a plain `0`, in milliseconds. */
export function durationMs({ minMs = 0, maxMs = Number.MAX_SAFE_INTEGER }: DurationLimits = {}): OptionType<number> {
  return {
    placeholder: 'duration',
    parse(text) {
      const parsed = parseDuration(text);
      if (!parsed.ok) return parsed;
      if (parsed.value < minMs) return failure(`is too short: it must be at least ${renderDuration(minMs)}`);
      if (parsed.value > maxMs) return failure(`is too long: it must be at most ${renderDuration(maxMs)}`);
      return parsed;
    },
    render: renderDuration,
  };
}

/** What `of` takes, or `off` (or the empty text) for `undefined`: `-admin-addr off`. */
export function orOff<T>(of: OptionType<T>): OptionType<T | undefined> {
  return {
    placeholder: of.placeholder,
    parse: (text) => (text === '' || text === 'off' ? success(undefined) : of.parse(text)),
    render: (value) => (value === undefined ? 'off' : of.render(value)),
  };
}
