import { fitTextPairs } from '@wharf/record-schema';
import { looksSecret } from './looks-secret.ts';

/** An attribute that is not published. */
export interface WithheldAttribute {
  readonly key: string;
  /** A sentence that never repeats the value: it may be a secret. */
  readonly reason: string;
}

/** What of a service's attributes is published. */
export interface ChosenAttributes {
  /** In the order of their keys; of `chooseAttributes`, they fit into one TXT record. */
  readonly published: ReadonlyMap<string, string>;
  /** In the order of their keys. */
  readonly withheld: readonly WithheldAttribute[];
}

/**
 * Chooses the attributes that are published in DNS, which anybody can read. Health checks (`check_...`: commands and URLs)
 * are none of them, and are not even named among the withheld.
 * @param attributes by key, in lower case and without SERVICE_
 * @param allowed keys, in whatever case; `*` is all whose name does not look like a secret's and whose value is none
 * either, such as a URL with a password. A key that is named is published whatever it looks like.
 */
export function chooseAttributes(
  attributes: ReadonlyMap<string, string>,
  allowed: readonly string[],
): ChosenAttributes {
  const { published, withheld } = publishableAttributes(attributes, allowed);
  const { fitting, leftOut } = fitTextPairs(published);
  return { published: fitting, withheld: [...withheld, ...leftOut].toSorted(byKey) };
}

/** `chooseAttributes` for where there is room for more than in a TXT record: only what must not be read is withheld. */
export function publishableAttributes(
  attributes: ReadonlyMap<string, string>,
  allowed: readonly string[],
): ChosenAttributes {
  const named = new Set(allowed.map((key) => key.toLowerCase()));
  const published = new Map<string, string>();
  const withheld: WithheldAttribute[] = [];
  for (const [key, value] of [...attributes].toSorted(([key], [other]) => byKey({ key }, { key: other }))) {
    if (isHealthCheck(key)) continue;
    const reason = named.has(key.toLowerCase()) ? undefined : objection(key, value, named.has('*'));
    if (reason === undefined) published.set(key, value);
    else withheld.push({ key, reason });
  }
  return { published, withheld };
}

function byKey(one: Pick<WithheldAttribute, 'key'>, other: Pick<WithheldAttribute, 'key'>): number {
  return one.key < other.key ? -1 : 1;
}

function isHealthCheck(key: string): boolean {
  return /^check(?:_|$)/i.test(key);
}

function objection(key: string, value: string, isAnyAllowed: boolean): string | undefined {
  if (!isAnyAllowed) return 'it is none of the attributes that are to be published';
  if (looksSecret(key)) return 'its name looks like a secret: it is published only if it is named';
  if (hasPassword(value)) return 'its value is a URL with a password: it is published only if it is named';
  return SECRET_VALUE.test(value) ? 'its value looks like a secret: it is published only if it is named' : undefined;
}

/** `Password=...` in a connection's parameters, `user:password@` without a scheme, a JSON Web Token (RFC 7519). */
const SECRET_VALUE =
  /(?:passw(?:or)?d|pwd|secret|token|(?:api|access)[_-]?key)["']?\s{0,3}[=:]\s{0,3}\S|(?:^|\s)[^\s/@:]{1,99}:[^\s/@]{1,999}@(?!sha\d+:)|\beyJ[\w-]{5,}\.eyJ/i;

function hasPassword(value: string): boolean {
  return Array.from(value.matchAll(/:\/\/([^\s/?#]*)@/g)).some(([, user]) => user?.includes(':'));
}
