import { failure, type OptionTable, type Result, success } from '@wharf/agent';

/** What one field of a configuration says about an option. */
export interface JsonOption {
  /** As it is written there: `min_ttl`. */
  readonly field: string;
  /** The option's flag, without dashes: `min-ttl`. */
  readonly flag: string;
  /** What would be written behind the flag; undefined for a value that no option can have. */
  readonly text: string | undefined;
}

export interface JsonConfiguration {
  readonly options: readonly JsonOption[];
  /** Fields that are no option, as they are written. */
  readonly unknown: readonly string[];
}

/** Fields of SkyDNS that are not named like their flags. */
const FLAGS_OF_FIELDS: ReadonlyMap<string, string> = new Map([
  ['dns_addr', 'addr'],
  ['read_timeout', 'rtimeout'],
]);

/**
 * Reads the configuration that SkyDNS keeps in its store: a JSON object whose fields are named like the flags, with `_` for
 * `-`, in any case. `null`, an empty text and an empty list say nothing, as in SkyDNS. The error continues a sentence
 * that names the key.
 */
export function readJsonOptions(json: string, table: OptionTable): Result<JsonConfiguration, string> {
  const fields = parseObject(json);
  if (fields === undefined) return failure('is not a JSON object');
  const durations = new Map(
    Object.values(table).map(({ flag, type }) => [flag ?? '', type.placeholder === 'duration'] as const),
  );
  const options: JsonOption[] = [];
  const unknown: string[] = [];
  for (const [field, value] of Object.entries(fields)) {
    const name = field.toLowerCase();
    const flag = FLAGS_OF_FIELDS.get(name) ?? name.replaceAll('_', '-');
    const isDuration = durations.get(flag);
    if (isDuration === undefined || flag === '') {
      unknown.push(field);
      continue;
    }
    const text = textOf(value, isDuration);
    if (text !== '') options.push({ field, flag, text });
  }
  return success({ options, unknown });
}

/** @returns undefined for what no option can be, and nothing for what says nothing */
function textOf(value: unknown, isDuration: boolean): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  // Go writes durations as nanoseconds.
  if (typeof value === 'number') return isDuration ? `${value}ns` : String(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item: unknown) => (Array.isArray(item) ? undefined : textOf(item, isDuration)));
  return items.some((item) => item === undefined) ? undefined : items.join(',');
}

function parseObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
