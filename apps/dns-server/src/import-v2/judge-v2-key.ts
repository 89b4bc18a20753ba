import { failure, type Result, success } from '@wharf/agent';
import { labelsOfKey, parseRecord } from '@wharf/record-schema';
import { dnsServerCommand } from '../command.ts';
import { readJsonOptions } from '../configuration/json-options.ts';
import type { V2Key } from './parse-v2-keys.ts';

/** What keys are judged by. */
export interface ImportRules {
  readonly pathPrefix: string;
  /** Whether what registrars write is taken too. */
  readonly registrations: boolean;
}

/** The end of a key as Registrator writes it: `<host>:<container>:<port>`, and `:udp` behind it. */
const REGISTRATION = /\/[^:/]+:[^:/]+:\d{1,5}(?::udp)?$/;

/** What goes into etcd's version 3 as it is, or the reason why it does not. */
export function judgeV2Key(v2Key: V2Key, { pathPrefix, registrations }: ImportRules): Result<V2Key, string> {
  const { key, value, ttlSeconds } = v2Key;
  const labels = labelsOfKey(pathPrefix, key);
  if (labels === undefined) return failure('its key is no name');
  if (/\p{Cc}/u.test(key) || !key.isWellFormed()) return failure('its key has characters that no name has');
  if (isConfiguration(key, pathPrefix)) {
    const options = readJsonOptions(value, dnsServerCommand.options);
    return options.ok ? success(v2Key) : failure(`it ${options.error}`);
  }
  const record = parseRecord(value);
  if (!record.ok) return failure(record.error.message);
  if (ttlSeconds !== undefined && ttlSeconds <= 0) return failure('its time is over');
  if (registrations) return success(v2Key);
  if (ttlSeconds !== undefined) return failure('it has a TTL: whoever wrote it writes it anew');
  return REGISTRATION.test(key)
    ? failure('it is a registration: the registrar of its host writes it anew')
    : success(v2Key);
}

/** Whether a key holds the servers' configuration and no record. */
export function isConfiguration(key: string, pathPrefix: string): boolean {
  const labels = labelsOfKey(pathPrefix, key);
  return labels?.length === 1 && labels[0] === 'config';
}
