import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that a command line names, and what an operator calls the option: `-etcd-ca`. */
export interface NamedFile {
  readonly option: string;
  readonly file: string;
}

/** The bytes of a PEM file, and what they are. */
export interface PemFile<T> {
  readonly pem: Buffer;
  readonly value: T;
}

/**
 * Reads a file of one or more certificates; `value` is the first. What is no certificate is found here: a connection
 * would only say that it cannot be made, or take a CA that holds nothing for one that signed nothing.
 * @throws Error naming the option and the file that cannot be read, or does not hold what it should
 */
export function readCertificate(named: NamedFile): PemFile<X509Certificate> {
  return readPem(named, toCertificate);
}

/** As `readCertificate`, for a private key. */
export function readPrivateKey(named: NamedFile): PemFile<KeyObject> {
  return readPem(named, toKey);
}

/**
 * Reads a certificate and its key.
 * @throws Error naming option and file, also when one does not belong to the other
 */
export function readKeyPair(cert: NamedFile, key: NamedFile): { readonly cert: Buffer; readonly key: Buffer } {
  const [certificate, privateKey] = [readCertificate(cert), readPrivateKey(key)];
  if (!certificate.value.checkPrivateKey(privateKey.value)) {
    throw new Error(`${key.option}: ${key.file} is not the key of the certificate ${cert.file} (${cert.option})`);
  }
  return { cert: certificate.pem, key: privateKey.pem };
}

function readPem<T>({ option, file }: NamedFile, parse: (pem: Buffer) => T): PemFile<T> {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    throw new Error(`${option}: ${file} cannot be read`, { cause: error });
  }
  try {
    return { pem, value: parse(pem) };
  } catch (error) {
    throw new Error(`${option}: ${file} is not what it should be`, { cause: error });
  }
}

/** The first of a file: node takes a certificate in DER too, but TLS takes PEM alone. */
function toCertificate(pem: Buffer): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new Error('there is no certificate in PEM in it');
  return new X509Certificate(pem);
}

function toKey(pem: Buffer): KeyObject {
  if (!pem.includes('PRIVATE KEY-----')) throw new Error('there is no private key in PEM in it');
  return createPrivateKey(pem);
}
