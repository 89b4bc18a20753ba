import { cutLabel } from './cut-label.ts';
import { MAX_LABEL_OCTETS } from './label.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Between the readable beginning and the checksum of an ID that was too long: an escape has two digits after `--`. */
const CUT_MARK = '--x';

/** The label of the empty ID: `--` with no escape behind it, as in no other. */
const EMPTY = '0--x';

/**
 * The one label of letters, digits and hyphens (a host name's: RFC 952 as amended by RFC 1123 section 2.1) that stands
 * for an instance ID or a service's name, for resolvers and programs that take no other: `host:web:80` is
 * `host--3aweb--3a80`.
 *
 * | in the ID                                                   | in the label                                    |
 * | ----------------------------------------------------------- | ----------------------------------------------- |
 * | ASCII letters and digits                                    | themselves                                      |
 * | a hyphen between two of those                               | itself                                          |
 * | any other octet of its UTF-8                                | `--` and its two hexadecimal digits             |
 * | the first character, where the label would begin with `0--` | escaped as well: `0:80` is `0--30--3a80`        |
 * | or `xn--`, the mark of internationalised names (RFC 5890)   | escaped as well: `xn:80` is `0--78n--3a80`      |
 * | then an escape in the first place                           | a `0` before it: a host name begins with no `-` |
 * | empty                                                       | `0--x`                                          |
 * | then still longer than 63 octets                            | at most 44 of its octets, `--x`, and a checksum of the ID in 16 hexadecimal digits |
 *
 * Different IDs have different labels (up to a clash of two 64-bit checksums); all but the cut ones can be read back
 * with `idOfHostnameLabel`. As with all labels, two that differ in the case of letters alone are one name to DNS.
 */
export function hostnameLabel(id: string): string {
  if (id === '') return EMPTY;
  const pieces = escapePieces(id);
  const whole = pieces.join('');
  return whole.length <= MAX_LABEL_OCTETS ? whole : cutLabel(pieces, CUT_MARK, id);
}

/** The ID that `hostnameLabel` made `label` of, or undefined when it cannot be told: the ID was cut, or it made none. */
export function idOfHostnameLabel(label: string): string | undefined {
  if (label === EMPTY) return '';
  const octets: number[] = [];
  for (const [piece] of label.replace(/^0(?=--)/, '').matchAll(/--[0-9a-f]{2}|[^]/gu)) {
    octets.push(...(piece.length === 4 ? [Number.parseInt(piece.slice(2), 16)] : (encodeUtf8(piece) ?? [])));
  }
  const id = decodeUtf8(octets);
  return id !== '' && hostnameLabel(id) === label ? id : undefined;
}

/** What stands for each octet or character, in turn; together they begin like a host name. */
function escapePieces(id: string): readonly string[] {
  const pieces = Array.from(id.matchAll(/[A-Za-z\d]|(?<=[A-Za-z\d])-(?=[A-Za-z\d])|([^])/gu), ([piece, other]) =>
    other === undefined ? [piece] : escapeCharacter(other),
  ).flat();
  const isReserved = /^(?:0|xn)--/i.test(pieces.slice(0, 3).join(''));
  const [first = '', ...rest] = isReserved ? [...escapeCharacter(id.charAt(0)), ...pieces.slice(1)] : pieces;
  return [first.startsWith('-') ? `0${first}` : first, ...rest];
}

/** @returns an escape for each octet */
function escapeCharacter(character: string): readonly string[] {
  const octets = encodeUtf8(character) ?? encodeUtf8('\ufffd') ?? [];
  return octets.map((octet) => `--${octet.toString(16).padStart(2, '0')}`);
}
