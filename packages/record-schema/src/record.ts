/**
 * What a key under the path prefix holds: one instance of a service, or one fact about a name, in SkyDNS's JSON. A field
 * that the JSON does not have is absent here too; the DNS server, not the record, knows the defaults.
 */
export interface ServiceRecord {
  /** An IP address, or a domain name to follow. Absent or empty for records that only carry `text`. */
  readonly host?: string;
  /** 0 to 65535. */
  readonly port?: number;
  /** For SRV and MX, 0 to 65535. */
  readonly priority?: number;
  /** For SRV, 0 to 65535. */
  readonly weight?: number;
  /** For TXT. */
  readonly text?: string;
  /** Whether the record answers MX as well. */
  readonly mail?: boolean;
  /** Seconds, 0 to 2147483647 (RFC 2181 section 8). */
  readonly ttl?: number;
  /** How many labels to leave out at the front of the record's own name when it becomes an SRV target, 0 to 127. */
  readonly targetStrip?: number;
  readonly group?: string;
}

/**
 * - `too-large`: more than `MAX_RECORD_LENGTH` characters; not looked at any further.
 * - `not-json`, `not-an-object`: no record at all.
 * - `invalid-field`: a known field of the wrong type or out of range; `field` names it.
 */
export type RecordErrorCode = 'too-large' | 'not-json' | 'not-an-object' | 'invalid-field';

/** Why a text is no record. `message` is a sentence that can be logged: it never repeats what the text said. */
export interface RecordError {
  readonly code: RecordErrorCode;
  readonly field?: keyof ServiceRecord;
  readonly message: string;
}

/** Longest record that is read, in UTF-16 units: no DNS message holds more. */
export const MAX_RECORD_LENGTH = 65_536;
