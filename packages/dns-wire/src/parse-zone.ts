import { parseClass, parseType, type RecordClass } from './codes.ts';
import { MAX_TTL_SECONDS } from './limits.ts';
import type { ResourceRecord } from './message.ts';
import { parseName } from './name-text.ts';
import { type DataReader, parseData } from './parse-data.ts';
import { failure, type Result, success } from './result.ts';
import { type Token, tokenize } from './tokenize.ts';

/**
 * Reads one record per line, `name TTL [class] type data`, class IN when absent: what `renderRecordText` writes, and dig
 * prints. Names are absolute. Empty lines and what follows a `;` are skipped. Of zone files' further means ($ORIGIN,
 * parentheses, a name or TTL taken from the line above) there are none. The error names the line, from 1.
 */
export function parseZoneText(text: string): Result<readonly ResourceRecord[], string> {
  const records: ResourceRecord[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const tokens = tokenize(line);
    if (tokens.ok && tokens.value.length === 0) continue;
    const record = tokens.ok ? parseTokens(tokens.value) : tokens;
    if (!record.ok) return failure(`line ${index + 1}: ${record.error}`);
    records.push(record.value);
  }
  return success(records);
}

/** Reads one record, as `parseZoneText` does of each line. */
export function parseRecordText(line: string): Result<ResourceRecord, string> {
  const tokens = tokenize(line);
  return tokens.ok ? parseTokens(tokens.value) : tokens;
}

function parseTokens(tokens: readonly Token[]): Result<ResourceRecord, string> {
  const [nameToken, ttlToken, ...rest] = tokens;
  if (nameToken === undefined) return failure('there is no record in the line');
  const name = parseName(nameToken.raw);
  if (!name.ok) return failure(`the name ${nameToken.raw}: ${name.error}`);
  const ttl = ttlToken !== undefined && /^\d{1,10}$/.test(ttlToken.raw) ? Number(ttlToken.raw) : Number.NaN;
  if (!(ttl <= MAX_TTL_SECONDS)) return failure(`the TTL must be a number of seconds, not "${ttlToken?.raw ?? ''}"`);
  const givenClass = parseClass(rest[0]?.raw ?? '');
  const [typeToken, ...dataTokens] = givenClass === undefined ? rest : rest.slice(1);
  const type = parseType(typeToken?.raw ?? '');
  if (type === undefined) return failure(`"${typeToken?.raw ?? ''}" is no type of record`);
  const recordClass: RecordClass = givenClass ?? 'IN';
  const reader: DataReader = { tokens: dataTokens, at: 0 };
  return parseData({ name: name.value, ttl, class: recordClass }, type, reader);
}
