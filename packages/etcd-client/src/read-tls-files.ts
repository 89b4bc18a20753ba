import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EtcdTls } from './etcd-connection.ts';

/** The PEM files of `EtcdTls`, not yet read; those that are not given are undefined. */
export interface TlsFileNames {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/**
 * Reads the files that a command line names; undefined when it names none. What is no certificate or no key is found here:
 * a connection would only say that it cannot be made, or take a CA that holds nothing for one that signed nothing.
 * @param options what an operator calls each of them, for the error: `-etcd-ca`
 * @throws Error naming the option and the file that cannot be read, or does not hold what it should
 */
export function readTlsFiles(
  { caFile, certFile, keyFile }: TlsFileNames,
  options: Readonly<Record<'ca' | 'cert' | 'key', string>>,
): EtcdTls | undefined {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  const ca = caFile === undefined ? undefined : readPem(options.ca, caFile, toCertificate);
  const cert = certFile === undefined ? undefined : readPem(options.cert, certFile, toCertificate);
  const key = keyFile === undefined ? undefined : readPem(options.key, keyFile, toKey);
  if (cert !== undefined && key !== undefined && !cert.value.checkPrivateKey(key.value)) {
    throw new Error(`${options.key}: ${keyFile} is not the key of the certificate ${certFile} (${options.cert})`);
  }
  return {
    ...(ca === undefined ? {} : { ca: ca.pem }),
    ...(cert === undefined ? {} : { cert: cert.pem }),
    ...(key === undefined ? {} : { key: key.pem }),
  };
}

interface PemFile<T> {
  readonly pem: Buffer;
  readonly value: T;
}

function readPem<T>(option: string, file: string, parse: (pem: Buffer) => T): PemFile<T> {
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
