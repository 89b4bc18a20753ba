import { failure, type Result, success } from '@wharf/agent';
import type { MetadataValue, PortMetadata } from './metadata.ts';
import type { Service } from './service.ts';

/** What the metadata says of a record's own fields; absent ones are not said. */
export type RecordFields = Partial<Pick<Service, 'priority' | 'weight' | 'group' | 'ttlSeconds'>>;

/** SRV's fields have 16 bits (RFC 2782). */
const MAX_SRV_FIELD = 65_535;

/** RFC 2181 section 8. */
const MAX_DNS_TTL = 2_147_483_647;

/**
 * Reads SERVICE_PRIORITY, SERVICE_WEIGHT, SERVICE_TTL and SERVICE_GROUP; empty ones count as absent. The error names the
 * variable or label, and what it must be.
 */
export function readRecordFields({ priority, weight, ttl, group }: PortMetadata): Result<RecordFields, string> {
  const numbers = [
    ['priority', readInteger(priority, MAX_SRV_FIELD)],
    ['weight', readInteger(weight, MAX_SRV_FIELD)],
    ['ttlSeconds', readInteger(ttl, MAX_DNS_TTL)],
  ] as const;
  const fields: { -readonly [Field in keyof RecordFields]: RecordFields[Field] } = {};
  for (const [field, read] of numbers) {
    if (!read.ok) return read;
    if (read.value !== undefined) fields[field] = read.value;
  }
  if (isGiven(group)) fields.group = group.value;
  return success(fields);
}

function readInteger(given: MetadataValue | undefined, max: number): Result<number | undefined, string> {
  if (!isGiven(given)) return success(undefined);
  const isNumber = /^\d{1,10}$/.test(given.value) && Number(given.value) <= max;
  return isNumber ? success(Number(given.value)) : failure(`${given.source} must be a whole number from 0 to ${max}`);
}

function isGiven(given: MetadataValue | undefined): given is MetadataValue {
  return given !== undefined && given.value !== '';
}
