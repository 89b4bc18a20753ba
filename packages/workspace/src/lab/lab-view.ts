import type { AgentName, HostState } from '@wharf/lab';
import type { Tone } from './styled-line.ts';

/** An agent as its `/readyz` tells: ready, why not, or that nothing answers. */
export type AgentHealth =
  | { readonly kind: 'ready' }
  | { readonly kind: 'not-ready'; readonly reasons: readonly string[] }
  | { readonly kind: 'silent' };

/** A member of etcd: `alone` knows no leader, `silent` does not answer. */
export type EtcdRole = 'leader' | 'follower' | 'alone' | 'silent';

/** What of a host is looked up again and again. */
export interface HostHealth {
  readonly etcd: EtcdRole;
  readonly engineAnswers: boolean;
  readonly agents: Readonly<Record<AgentName, AgentHealth>>;
}

/** What has arrived at rsyslog of one host's containers. */
export interface LineCounts {
  readonly total: number;
  readonly perSecond: number;
  /** Numbers that have not arrived although later ones have. */
  readonly missing: number;
  /** Those that arrived more than once. */
  readonly repeated: number;
}

export interface HostView {
  readonly name: string;
  readonly address: string;
  readonly state: HostState;
  /** What is being done to it: `boot`. */
  readonly busy: string | undefined;
  /** Undefined until it has been looked at, and when it is dead. */
  readonly health: HostHealth | undefined;
  readonly lines: LineCounts;
}

/** A service as the registrars announce it. */
export interface ServiceView {
  readonly name: string;
  /** `host-1:32768`. */
  readonly replicas: readonly string[];
}

/** The newest answer of one host's dns-server for one name. */
export interface ShownAnswer {
  /** `none` when no answer came. */
  readonly rcode: string;
  /** Addresses in the order given. */
  readonly addresses: readonly string[];
}

/** Something that happened. */
export interface LabEvent {
  /** Since the lab was up; undefined for what only answers a command. */
  readonly atMs: number | undefined;
  readonly text: string;
  readonly tone: Tone;
}

/** Everything that the screen shows. */
export interface LabView {
  readonly domain: string;
  readonly elapsedMs: number;
  readonly hosts: readonly HostView[];
  readonly services: readonly ServiceView[];
  /** By the service's name, then by the host's. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<string, ShownAnswer>>;
  /** Oldest first. */
  readonly events: readonly LabEvent[];
  /** What is being measured or done, in words. */
  readonly underWay: readonly string[];
  /** Shown in place of the tables until the next command: help, log lines. */
  readonly page: readonly string[];
}
