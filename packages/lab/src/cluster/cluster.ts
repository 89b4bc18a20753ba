import type { Rsyslog } from '@wharf/testkit';
import type { LabHost } from './lab-host.ts';
import type { Watch } from './watch-answers.ts';

export interface ClusterOptions {
  /** 3 when absent. An etcd cluster of 3 works on without 1 of them. */
  readonly hostCount?: number;
  /** How long the records of a dead host live; 10 when absent. */
  readonly ttlSeconds?: number;
  /** How often registrars renew that; 3 when absent. */
  readonly ttlRefreshSeconds?: number;
  /** Called with a sentence each time that something has come up. */
  readonly onProgress?: (sentence: string) => void;
}

/** Hosts on one machine that share an etcd cluster, a network and one rsyslog (which takes TCP and RELP). */
export interface Cluster {
  /** `staging.example.local`. */
  readonly domain: string;
  readonly hosts: readonly LabHost[];
  /** The name of the sample image that every engine has: busybox, and glibc's getent. */
  readonly image: string;
  /** Runs in the lab's network apart from all hosts; its file of lines is read from here. */
  readonly rsyslog: Rsyslog;
  /** The host whose etcd member leads; throws when none does. */
  leader(): Promise<LabHost>;
  /** Rolls every agent of every host, one after the other, each being ready before the next is touched. */
  rollAll(): Promise<void>;
  /** Asks every host, from inside it, for a name again and again; see `Watch`. */
  watch(name: string, type: 'A' | 'SRV'): Promise<Watch>;
  /** Ends everything and removes it. */
  stop(): Promise<void>;
}
