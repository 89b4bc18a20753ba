import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';

/** What a connection over TLS presents, and what it demands of the receiver. One that is made anew counts as changed. */
export interface TlsSettings {
  /** All certificates that are trusted, in PEM, those of the system included; none of them for Node's own list. */
  readonly ca?: readonly string[];
  /** The certificate that is shown to a receiver that asks for one, with its chain, and its key; both or neither. */
  readonly cert?: string;
  readonly key?: string;
  /** The name or address that the receiver's certificate must be for; see `certificateName`. */
  readonly servername: string;
  /** Of TLS 1.2 only the ciphers with forward secrecy and authenticated encryption; 1.2 is the least in any case. */
  readonly hardening?: boolean;
}

/** RFC 9325, section 4.2, with those of TLS 1.3. */
const MODERN_CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

const contexts = new WeakMap<TlsSettings, SecureContext>();

/**
 * The context of these settings, made once: the system's certificates take milliseconds to read.
 * @throws Error when a certificate or key is none
 */
export function secureContextOf(settings: TlsSettings): SecureContext {
  const { ca, cert, key, hardening = false } = settings;
  const known = contexts.get(settings);
  if (known !== undefined) return known;
  const context = createSecureContext({
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(hardening ? { ciphers: MODERN_CIPHERS } : {}),
  });
  contexts.set(settings, context);
  return context;
}

/** What the client asks for by name (RFC 6066, section 3): an address must not stand there. */
export function serverNameIndication(servername: string): string {
  return isIP(servername) === 0 ? servername : '';
}
