import { readFileSync } from 'node:fs';
import type { EtcdAccess } from '../configure.ts';

/** The contents of the PEM files; undefined when none is named, and etcd is spoken to without TLS. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Reads the files that the options name.
 * @throws Error naming the option and the file that cannot be read
 */
export function readTlsFiles({ caFile, certFile, keyFile }: EtcdAccess): TlsFiles | undefined {
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return undefined;
  return {
    ...(caFile === undefined ? {} : { ca: readPem('-etcd-ca', caFile) }),
    ...(certFile === undefined ? {} : { cert: readPem('-etcd-cert', certFile) }),
    ...(keyFile === undefined ? {} : { key: readPem('-etcd-key', keyFile) }),
  };
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${option}: ${file} cannot be read`, { cause: error });
  }
}
