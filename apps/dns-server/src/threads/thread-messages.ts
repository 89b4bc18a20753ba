import type { HostPort, LogFields, MetricValues } from '@wharf/agent';
import type { Change, Entry, LeaseId, LeaseState, Revision } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import type { AnswerConfig, DnsServerConfig } from '../config.ts';
import type { CookieSecrets } from '../edns/cookie-secrets.ts';
import type { ListenErrorCode } from '../io/listen-error.ts';
import type { UdpIo } from '../io/start-udp.ts';

/** What a serving thread is started with. */
export interface ThreadSettings {
  /** Its `listen` is where the first server listens: the port is known by then. */
  readonly config: DnsServerConfig;
  readonly cookieSecrets: CookieSecrets;
  readonly hostname: string;
  readonly systemNameservers: readonly HostPort[];
}

/** A part of the store's records; in order, each listing from `begin` to `commit` or `abort`. */
export type RecordMessage =
  | { readonly type: 'begin' }
  | { readonly type: 'abort' }
  | { readonly type: 'add'; readonly entries: readonly Entry[] }
  | { readonly type: 'commit'; readonly revision: Revision }
  | { readonly type: 'changes'; readonly changes: readonly Change[]; readonly revision: Revision };

/** What a serving thread is told. */
export type ThreadOrder =
  | RecordMessage
  | { readonly type: 'state'; readonly state: DataState }
  | { readonly type: 'configure'; readonly answers: AnswerConfig }
  /** The answer to an `inspect`; without `state` the store does not know the lease. */
  | { readonly type: 'inspected'; readonly id: number; readonly state?: LeaseState; readonly error?: string }
  | { readonly type: 'measure' }
  | { readonly type: 'stop' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a serving thread says. */
export type ThreadReport =
  | { readonly type: 'listening'; readonly udpIo: UdpIo }
  | { readonly type: 'refused'; readonly code: ListenErrorCode; readonly message: string }
  | { readonly type: 'inspect'; readonly id: number; readonly lease: LeaseId }
  /** The answer to `measure`. */
  | { readonly type: 'measured'; readonly values: MetricValues }
  | { readonly type: 'log'; readonly level: LogLevel; readonly fields: LogFields; readonly message: string };
