import { getCACertificates } from 'node:tls';

/**
 * The certificates of the CAs that the system trusts, in PEM: as OpenSSL finds them (`SSL_CERT_FILE`, `SSL_CERT_DIR`);
 * Node's own where there are none, as in an image without any.
 */
export function systemAuthorities(): readonly string[] {
  const system = getCACertificates('system');
  return system.length > 0 ? system : getCACertificates('default');
}
