import { readFileSync } from 'node:fs';
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
 * @throws Error naming the option and the file that cannot be read
 */
export function readTlsFiles(
  { caFile, certFile, keyFile }: TlsFileNames,
  options: Readonly<Record<'ca' | 'cert' | 'key', string>>,
): EtcdTls | undefined {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  return {
    ...(caFile === undefined ? {} : { ca: readPem(options.ca, caFile) }),
    ...(certFile === undefined ? {} : { cert: readPem(options.cert, certFile) }),
    ...(keyFile === undefined ? {} : { key: readPem(options.key, keyFile) }),
  };
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${option}: ${file} cannot be read`, { cause: error });
  }
}
