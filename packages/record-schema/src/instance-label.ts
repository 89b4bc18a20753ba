import { MAX_LABEL_OCTETS } from './label.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Between the readable beginning and the checksum of an ID that was too long. */
const CUT_MARK = '%~';
const CHECKSUM_DIGITS = 16;

/**
 * The one label that stands for an instance ID in names and keys. An ID that can be a label is that label, so that
 * `host:container:8080:udp` stays as Registrator wrote it (colons, dots and spaces are octets like others in DNS). In
 * other IDs what a label in a key cannot hold is percent-encoded:
 *
 * | in the ID                         | in the label        |
 * | --------------------------------- | ------------------- |
 * | `/`, `%`, control characters      | `%2f`, `%25`, `%0a` |
 * | the whole ID is `.` or `..`       | `%2e`, `%2e%2e`     |
 * | empty                             | `%`                 |
 * | then still longer than 63 octets  | at most 45 of its octets, `%~`, and a checksum of the ID in 16 hexadecimal digits |
 *
 * Different IDs have different labels (up to a clash of two 64-bit checksums); all but the cut ones can be read back
 * with `instanceIdOf`.
 */
export function instanceLabel(id: string): string {
  if (id === '') return '%';
  const whole = id === '.' || id === '..' ? id.replaceAll('.', '%2e') : Array.from(id, escapeCharacter).join('');
  return octetLength(whole) <= MAX_LABEL_OCTETS ? whole : cut(whole, id);
}

/** The ID that `instanceLabel` made `label` of, or undefined when it cannot be told: the ID was cut, or it made none. */
export function instanceIdOf(label: string): string | undefined {
  if (label === '%') return '';
  if (/%(?![0-9a-f]{2})/.test(label)) return undefined;
  const octets: number[] = [];
  for (const [piece] of label.matchAll(/%[0-9a-f]{2}|[^%]+/g)) {
    octets.push(...(piece.startsWith('%') ? [Number.parseInt(piece.slice(1), 16)] : (encodeUtf8(piece) ?? [])));
  }
  const id = decodeUtf8(octets);
  return instanceLabel(id) === label ? id : undefined;
}

function escapeCharacter(character: string): string {
  if (character !== '%' && character !== '/' && !/[\p{Cc}\p{Cs}]/u.test(character)) return character;
  const octets = encodeUtf8(character) ?? encodeUtf8('\ufffd') ?? [];
  return octets.map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
}

function cut(whole: string, id: string): string {
  const room = MAX_LABEL_OCTETS - CUT_MARK.length - CHECKSUM_DIGITS;
  let kept = '';
  let octets = 0;
  for (const [piece] of whole.matchAll(/%..|[^%]/gu)) {
    octets += octetLength(piece);
    if (octets > room) break;
    kept += piece;
  }
  return kept + CUT_MARK + checksum(id);
}

/** FNV-1a with 64 bits: tells apart IDs that nobody chose to clash. */
function checksum(id: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const octet of encodeUtf8(id.toWellFormed()) ?? []) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(octet)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function octetLength(text: string): number {
  return encodeUtf8(text)?.length ?? 0;
}
