import { readFileSync } from 'node:fs';
import type { AgentContext } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import type { EtcdAccess, TlsFileNames } from '../configure.ts';

/**
 * The etcd that the options name; nothing is connected yet.
 * @throws Error naming the option and the file when one with credentials cannot be read
 */
export function openStore(access: EtcdAccess, context: Pick<AgentContext, 'log' | 'clock' | 'random'>): KeyStore {
  const { endpoints, username, password, tls } = access;
  return createEtcdKeyStore({
    endpoints,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: readTlsFiles(tls) }),
    log: context.log,
    clock: context.clock,
    random: context.random,
  });
}

function readTlsFiles({ caFile, certFile, keyFile }: TlsFileNames) {
  return {
    ...(caFile === undefined ? {} : { ca: readPem('-ca-cert', caFile) }),
    ...(certFile === undefined ? {} : { cert: readPem('-tls-pem', certFile) }),
    ...(keyFile === undefined ? {} : { key: readPem('-tls-key', keyFile) }),
  };
}

function readPem(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${option}: ${file} cannot be read`, { cause: error });
  }
}
