import { readCertificate, readKeyPair, readPrivateKey } from '@wharf/agent';
import type { EtcdTls } from './etcd-connection.ts';

/** The PEM files of `EtcdTls`, not yet read; those that are not given are undefined. */
export interface TlsFileNames {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/**
 * Reads the files that a command line names; undefined when it names none.
 * @param options what an operator calls each of them, for the error: `-etcd-ca`
 * @throws Error naming the option and the file that cannot be read, or does not hold what it should
 */
export function readTlsFiles(
  { caFile, certFile, keyFile }: TlsFileNames,
  options: Readonly<Record<'ca' | 'cert' | 'key', string>>,
): EtcdTls | undefined {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  const named = (option: string, file: string | undefined) => (file === undefined ? undefined : { option, file });
  const ca = named(options.ca, caFile);
  const cert = named(options.cert, certFile);
  const key = named(options.key, keyFile);
  return {
    ...(ca === undefined ? {} : { ca: readCertificate(ca).pem }),
    ...(cert !== undefined && key !== undefined ? readKeyPair(cert, key) : {}),
    ...(cert !== undefined && key === undefined ? { cert: readCertificate(cert).pem } : {}),
    ...(cert === undefined && key !== undefined ? { key: readPrivateKey(key).pem } : {}),
  };
}
