/** Why TLS with the receiver failed and what to do, as the end of a sentence; undefined when `error` is not about TLS. */
export function describeTlsFailure(error: Error): string | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return describeNames(error);
  const known = FAILURES[code];
  if (known !== undefined) return known;
  if (!/^ERR_(?:SSL|TLS)_/.test(code)) return undefined;
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
  return `the TLS handshake failed: ${reason}`;
}

/** Which name was looked for, and which the certificate has. */
function describeNames(error: Error): string {
  const host = 'host' in error && typeof error.host === 'string' ? error.host : 'the receiver';
  const names = namesOf('cert' in error ? error.cert : undefined);
  return `the receiver's certificate is not for ${host}, but for ${names}: name one of them in the route option tls.name`;
}

/** The texts come from the network: what is not printable is left out, and there is an end to it. */
function namesOf(certificate: unknown): string {
  const isObject = typeof certificate === 'object' && certificate !== null;
  const text = isObject && 'subjectaltname' in certificate ? certificate.subjectaltname : '';
  const names = (typeof text === 'string' ? text : '').replace(/(?:DNS|IP Address):/g, '').replace(/[^\x20-\x7e]/g, '');
  if (names === '') return 'no name at all';
  return names.length > 200 ? `${names.slice(0, 200)}...` : names;
}

const UNKNOWN_CA =
  "the receiver's certificate is of a CA that is not trusted: name that CA's file in LOGSPOUT_TLS_CA_CERTS";
const NO_TLS = 'the receiver does not speak TLS on this port';
const NO_COMMON_VERSION = 'the receiver has no TLS version that is allowed here: 1.2 is the least';
const CLIENT_CERTIFICATE = 'LOGSPOUT_TLS_CLIENT_CERT and LOGSPOUT_TLS_CLIENT_KEY';

const FAILURES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the receiver's certificate, or one that it rests on, has expired",
  CERT_NOT_YET_VALID: "the receiver's certificate is not valid yet: is the clock of this host right?",
  INVALID_PURPOSE: "the receiver's certificate is not one for a server",
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_COMMON_VERSION,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_COMMON_VERSION,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: `the receiver demands a client certificate: name it in ${CLIENT_CERTIFICATE}`,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: `the receiver does not trust the CA of the client certificate (${CLIENT_CERTIFICATE})`,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: `the receiver refuses the client certificate (${CLIENT_CERTIFICATE})`,
  'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE': `the receiver refuses the client certificate (${CLIENT_CERTIFICATE})`,
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE': `the receiver breaks off the TLS handshake: it may demand a client certificate (${CLIENT_CERTIFICATE}) or other ciphers (LOGSPOUT_TLS_HARDENING)`,
};
