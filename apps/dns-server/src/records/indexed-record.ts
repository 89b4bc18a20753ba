import { type Entry, type LeaseId, NO_LEASE } from '@wharf/etcd-client';
import {
  domainProblem,
  instanceLabel,
  keyPrefixOf,
  type Labels,
  labelProblem,
  labelsOfKey,
  parseRecord,
  type Result,
  type ServiceRecord,
} from '@wharf/record-schema';
import { type Host, parseHost } from './host.ts';

/** A record as answers are made from it. */
export interface IndexedRecord {
  /** The store's key, or a text of ours that is no key for records that the server makes up. */
  readonly key: string;
  /** The record's own name, as written in the key. */
  readonly name: Labels;
  /** Whether `name` fits into a packet; if not, the record still answers for the names above it. */
  readonly isNameUsable: boolean;
  readonly service: ServiceRecord;
  /** Absent for records that only carry text. */
  readonly host?: Host;
  /** The lease that the key goes away with, if any. */
  readonly lease?: LeaseId;
}

/**
 * The name that a key stands for, or why it stands for none; undefined for keys that are not meant to hold a record: those
 * outside of `prefix`, the prefix itself, and the configuration that SkyDNS keeps beside its records (`/skydns/config`).
 * @returns an error that continues a sentence that names the key
 */
export function parseKey(prefix: string, key: string): Result<Labels, string> | undefined {
  const name = nameOfKey(prefix, key);
  if (name !== undefined) return { ok: true, value: name };
  return hasEmptyLabel(prefix, key) ? { ok: false, error: EMPTY_LABEL } : undefined;
}

const EMPTY_LABEL = 'its key has an empty label: a slash at its end, or two in a row';

function hasEmptyLabel(prefix: string, key: string): boolean {
  const start = keyPrefixOf(prefix, []);
  return start.ok && key.startsWith(start.value) && key.length > start.value.length && /\/(?:\/|$)/.test(key);
}

/**
 * The name that a key stands for; undefined for keys that hold no record: see `parseKey`. A label that no packet can carry
 * (Registrator writes IDs of any length) is shortened as `instanceLabel` says, so that the record can still be an SRV
 * target.
 */
export function nameOfKey(prefix: string, key: string): Labels | undefined {
  const labels = labelsOfKey(prefix, key);
  if (labels === undefined || (labels.length === 1 && labels[0] === 'config')) return undefined;
  return labels.every(fitsInPacket)
    ? labels
    : labels.map((label) => (fitsInPacket(label) ? label : instanceLabel(label)));
}

function fitsInPacket(label: string): boolean {
  return labelProblem(label) === undefined;
}

/** More labels than a name of 255 octets can have (RFC 1035, section 2.3.4). */
const MAX_LABELS = 127;

/** What fits into a TXT record: 65535 octets of data, one in 256 of them a length (RFC 1035, section 3.3.14). */
const MAX_TEXT_OCTETS = 65_278;

/** A record as the store holds it. */
export type StoredRecord = Pick<Entry, 'key' | 'value' | 'lease'>;

/** Reads an entry whose key stands for `name`; the error continues a sentence that names the key. */
export function parseEntry(name: Labels, { key, value, lease }: StoredRecord): Result<IndexedRecord, string> {
  if (!key.isWellFormed() || !value.isWellFormed()) return { ok: false, error: 'it is not UTF-8' };
  if (name.length > MAX_LABELS) return { ok: false, error: `its key has more than ${MAX_LABELS} labels` };
  const parsed = parseRecord(value);
  if (!parsed.ok) return { ok: false, error: parsed.error.message };
  const service = parsed.value;
  if (Buffer.byteLength(service.text ?? '') > MAX_TEXT_OCTETS)
    return { ok: false, error: 'its text is too long for TXT' };
  const host = service.host === undefined || service.host === '' ? undefined : parseHost(service.host);
  if (host?.ok === false) return host;
  return {
    ok: true,
    value: {
      key,
      name,
      isNameUsable: domainProblem(name) === undefined,
      service,
      ...(host === undefined ? {} : { host: host.value }),
      ...(lease === NO_LEASE ? {} : { lease }),
    },
  };
}
