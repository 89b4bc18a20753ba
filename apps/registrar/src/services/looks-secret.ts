/**
 * Whether something of this name is probably a secret, so that it should not be published unless somebody says so. Too
 * much is withheld rather than too little.
 *
 * - One of its words, divided by `_`, `-`, `.` and the like, is one of `SECRET_WORDS`, in either number and whatever
 *   digits follow: `api_key`, `tls.certs`, `auth-2`.
 * - Or `SECRET_PARTS` are in it anywhere: `dbpassword`, `mysecret`.
 */
export function looksSecret(name: string): boolean {
  const lower = name.toLowerCase();
  return SECRET_PARTS.test(lower) || lower.split(/[^a-z0-9]+/).some((word) => SECRET_WORDS.test(word));
}

/** Short words, which are innocent parts of many others: keyboard, bypass, author. */
const SECRET_WORDS =
  /^(?:key|pass|pwd|pw|psk|pin|auth|oauth|cred|private|priv|cert|certificate|pem|salt|jwt|bearer|cookie|session|signature|dsn)s?\d*$/;

/** Words that mean nothing else, wherever they are. */
const SECRET_PARTS =
  /passw(?:or)?d|passwort|pwd|(?:db|user)pass|passphrase|passcode|secret|token|credential|(?:api|access|private|signing|encryption)key/;
