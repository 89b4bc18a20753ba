import { randomUUID } from 'node:crypto';
import type { CallOptions, ChannelOptions } from '@grpc/grpc-js';
import { systemAuthorities } from '@wharf/agent';
import { noop } from 'cockatiel';
import { Etcd3, type IOptions } from 'etcd3';
import type { CallRegistry } from './call-registry.ts';
import { KEEPALIVE_TIME_MS, KEEPALIVE_TIMEOUT_MS, MAX_ANSWER_BYTES } from './etcd-timing.ts';

/** How to prove who is who; the contents of PEM files. */
export interface EtcdTls {
  /** Who signs the servers' certificates; those that the system trusts when absent. */
  readonly ca?: Buffer;
  /** The client's own certificate and its key, both or neither. */
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export interface EtcdCredentials {
  readonly username: string;
  readonly password: string;
}

export interface EtcdConnection {
  readonly calls: CallRegistry;
  readonly deadlineMs: number;
  readonly tls: EtcdTls | undefined;
  readonly credentials: EtcdCredentials | undefined;
  /** Whether other clients of this process on the same endpoint have connections of their own. */
  readonly isolated: boolean;
}

/** grpc-js looks up a service configuration in DNS and goes through `http_proxy` unless told not to; etcdctl does neither. */
const channelOptions: ChannelOptions = {
  'grpc.keepalive_time_ms': KEEPALIVE_TIME_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  'grpc.keepalive_permit_without_calls': 0,
  'grpc.max_receive_message_length': MAX_ANSWER_BYTES,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
};

/**
 * A client of one endpoint: the choice of another after a failure is ours. Its breaker and its retries are off: three
 * failures would open the breaker for 5 s, and reject calls that have nothing to do with them.
 */
export function connectEtcd(url: string, { calls, deadlineMs, tls, credentials, isolated }: EtcdConnection): Etcd3 {
  return new Etcd3({
    hosts: url,
    // grpc-js shares connections among channels whose options are equal, those that mean nothing to it included.
    grpcOptions: isolated ? { ...channelOptions, 'wharf.connection': randomUUID() } : channelOptions,
    faultHandling: { host: () => noop, global: noop },
    defaultCallOptions: ({ isStream }): CallOptions => ({
      interceptors: [calls.interceptor],
      ...(isStream ? {} : { deadline: Date.now() + deadlineMs }),
    }),
    ...(tls === undefined ? {} : { credentials: channelCredentials(tls) }),
    ...(credentials === undefined ? {} : { auth: credentials }),
  });
}

function channelCredentials({ ca, cert, key }: EtcdTls): NonNullable<IOptions['credentials']> {
  return {
    rootCertificate: ca ?? Buffer.from(systemAuthorities().join('\n')),
    ...(cert === undefined ? {} : { certChain: cert }),
    ...(key === undefined ? {} : { privateKey: key }),
  };
}
