import { isDomain } from './domain.ts';
import { MAX_RECORD_LENGTH, type RecordError, type ServiceRecord } from './record.ts';
import { failure, type Result, success } from './result.ts';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Stores the value of one field, or says what it must be instead. */
type Reader = (record: Mutable<ServiceRecord>, value: unknown) => string | undefined;

/** In the order in which `renderRecord` writes them. JSON's field names are these in lower case. */
const readers: ReadonlyMap<string, readonly [keyof ServiceRecord, Reader]> = new Map([
  field('host', hostReader),
  field('port', integerReader('port', 65_535)),
  field('priority', integerReader('priority', 65_535)),
  field('weight', integerReader('weight', 65_535)),
  field('text', textReader('text')),
  field('mail', mailReader),
  field('ttl', integerReader('ttl', 2_147_483_647)),
  field('targetStrip', integerReader('targetStrip', 127)),
  field('group', textReader('group')),
]);

/**
 * Reads a record. As in Go's decoder, which SkyDNS and CoreDNS use, field names match without regard to ASCII case,
 * unknown fields are ignored and `null` is the same as absent; of two spellings of one field the later counts. Unlike
 * there, numbers must be in range: they end up in a DNS message.
 */
export function parseRecord(json: string): Result<ServiceRecord, RecordError> {
  if (json.length > MAX_RECORD_LENGTH) {
    return failure({
      code: 'too-large',
      message: `it has ${json.length} characters, at most ${MAX_RECORD_LENGTH} are read`,
    });
  }
  const parsed = parseJson(json);
  if (!parsed.ok) return parsed;
  const record: Mutable<ServiceRecord> = {};
  for (const name of Object.keys(parsed.value)) {
    const known = readers.get(name) ?? readers.get(name.toLowerCase());
    const value = parsed.value[name];
    if (known === undefined || value === null) continue;
    const [fieldName, read] = known;
    const expected = read(record, value);
    if (expected !== undefined) return failure(invalidField(fieldName, expected));
  }
  return success(record);
}

/**
 * Writes a record: its fields in a fixed order, absent ones left out, so that equal records are equal text.
 * `{ host: '10.0.0.1', port: 80 }` is `{"host":"10.0.0.1","port":80}`, byte for byte what Registrator writes.
 */
export function renderRecord(record: ServiceRecord): string {
  const entries: [string, unknown][] = [];
  for (const [name, [fieldName]] of readers) {
    const value = record[fieldName];
    if (value !== undefined) entries.push([name, value]);
  }
  return JSON.stringify(Object.fromEntries(entries));
}

function parseJson(json: string): Result<Readonly<Record<string, unknown>>, RecordError> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return failure({ code: 'not-json', message: 'it is not JSON' });
  }
  return isObject(value) ? success(value) : failure({ code: 'not-an-object', message: 'it is not a JSON object' });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidField(fieldName: keyof ServiceRecord, expected: string): RecordError {
  return {
    code: 'invalid-field',
    field: fieldName,
    message: `its field "${fieldName.toLowerCase()}" must be ${expected}`,
  };
}

function field(name: keyof ServiceRecord, read: Reader): [string, [keyof ServiceRecord, Reader]] {
  return [name.toLowerCase(), [name, read]];
}

function hostReader(record: Mutable<ServiceRecord>, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'a string';
  if (value !== '' && !isDomain(value)) return 'an IP address or a domain name';
  record.host = value;
  return undefined;
}

function mailReader(record: Mutable<ServiceRecord>, value: unknown): string | undefined {
  if (typeof value !== 'boolean') return 'true or false';
  record.mail = value;
  return undefined;
}

function textReader(name: 'text' | 'group'): Reader {
  return (record, value) => {
    if (typeof value !== 'string' || !value.isWellFormed()) return 'a string that UTF-8 can express';
    record[name] = value;
    return undefined;
  };
}

function integerReader(name: 'port' | 'priority' | 'weight' | 'ttl' | 'targetStrip', maximum: number): Reader {
  return (record, value) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > maximum) {
      return `a whole number from 0 to ${maximum}`;
    }
    record[name] = value === 0 ? 0 : value;
    return undefined;
  };
}
