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
  const fault = isConfiguration(key, pathPrefix) ? configurationFault(value) : recordFault(value);
  if (fault !== undefined) return failure(fault);
  if (ttlSeconds !== undefined && ttlSeconds <= 0) return failure('its time is over');
  if (registrations) return success(v2Key);
  if (ttlSeconds !== undefined) return failure('it has a TTL: whoever wrote it writes it anew');
  return REGISTRATION.test(key)
    ? failure('it is a registration: the registrar of its host writes it anew')
    : success(v2Key);
}

function configurationFault(json: string): string | undefined {
  const options = readJsonOptions(json, dnsServerCommand.options);
  return options.ok ? undefined : `it ${options.error}`;
}

function recordFault(value: string): string | undefined {
  const record = parseRecord(value);
  return record.ok ? undefined : record.error.message;
}

/** Whether a key holds the servers' configuration and no record. */
export function isConfiguration(key: string, pathPrefix: string): boolean {
  const labels = labelsOfKey(pathPrefix, key);
  return labels?.length === 1 && labels[0] === 'config';
}
