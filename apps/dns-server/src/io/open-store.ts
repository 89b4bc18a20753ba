import type { AgentContext } from '@wharf/agent';
import { createEtcdKeyStore, type EtcdTls, type KeyStore, readTlsFiles } from '@wharf/etcd-client';
import type { EtcdAccess } from '../configure.ts';

const TLS_OPTIONS = { ca: '-ca-cert', cert: '-tls-pem', key: '-tls-key' };

/**
 * The etcd that the options name; nothing is connected yet.
 * @throws Error naming the option and the file when one with credentials cannot be read
 */
export function openStore(access: EtcdAccess, context: Pick<AgentContext, 'log' | 'clock' | 'random'>): KeyStore {
  const { endpoints, username, password } = access;
  const tls = readEtcdTls(access);
  return createEtcdKeyStore({
    endpoints,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    log: context.log,
    clock: context.clock,
    random: context.random,
  });
}

/**
 * What TLS needs, undefined without TLS.
 * @throws Error naming the option and the file that cannot be read
 */
export function readEtcdTls({ tls }: Pick<EtcdAccess, 'tls'>): EtcdTls | undefined {
  return tls === undefined ? undefined : (readTlsFiles(tls, TLS_OPTIONS) ?? {});
}
