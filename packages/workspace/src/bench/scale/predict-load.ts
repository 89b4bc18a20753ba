import type { CostName } from './costs.ts';

/** Hosts that share one etcd, and what their containers do. */
export interface Installation {
  readonly hosts: number;
  readonly containersAHost: number;
  readonly recordsAContainer: number;
  /** Each is one record deleted and one put. */
  readonly restartsAContainerADay: number;
  /** Health checks that fail and recover: the same. */
  readonly flapsAContainerADay: number;
  readonly ttlSeconds: number;
  /** The leases, one a host, of the records that a DNS server is asked for at least every few seconds. */
  readonly leasesInUseAServer: number;
  /** How many DNS servers follow the records; one a host when absent. */
  readonly watchers?: number;
}

/** What the agents ask of etcd, by the second. */
export interface Traffic {
  readonly records: number;
  readonly writes: number;
  /** Changes told, one to each DNS server. */
  readonly events: number;
  readonly renewals: number;
  /** Questions whether a quiet watch is still there. */
  readonly progress: number;
  readonly leaseLooks: number;
}

export interface Load extends Traffic {
  /** Cores, if one member of etcd did it all. */
  readonly etcdCores: number;
  /** Of one member that all agents are connected to. */
  readonly etcdBytes: number;
  readonly sentBytesASecond: number;
  readonly walBytesAnHour: number;
  readonly dbBytesAnHour: number;
  readonly dnsServerBytes: number;
  readonly dnsServerCores: number;
  readonly registrarBytes: number;
  readonly registrarCores: number;
}

/** What it takes when all DNS servers list all records at once. */
export interface ColdStart {
  readonly etcdCpuSeconds: number;
  readonly sentBytes: number;
  readonly dnsServerCpuSeconds: number;
}

type CostOf = (name: CostName) => number;

const DAY_SECONDS = 86_400;
/** `keepLease` renews after a third of the TTL. */
const RENEWALS_A_TTL = 3;
/** A DNS server looks at a lease when half is over of what was left; leases are renewed when two thirds are left. */
const SHARE_OF_TTL_BETWEEN_LOOKS = 5 / 12;
/** No DNS server asks more. */
const MOST_LOOKS_A_SERVER = 256;
/** A watch is looked at every 2 s, and asked if it was quiet for so long: by the answer to the last question it was not. */
const LOOK_SECONDS = 2;
const LOOKS_A_QUESTION = 2;

export function predictTraffic(installation: Installation): Traffic {
  const { hosts, watchers = hosts, ttlSeconds } = installation;
  const records = hosts * installation.containersAHost * installation.recordsAContainer;
  const changesADay = 2 * (installation.restartsAContainerADay + installation.flapsAContainerADay);
  const writes = (records * changesADay) / DAY_SECONDS;
  const questionsAWatch = 1 / (LOOK_SECONDS * LOOKS_A_QUESTION);
  const shareOfQuietWatches = Math.exp(-writes * LOOK_SECONDS);
  const looksAServer = Math.min(
    Math.min(installation.leasesInUseAServer, hosts) / (ttlSeconds * SHARE_OF_TTL_BETWEEN_LOOKS),
    MOST_LOOKS_A_SERVER,
  );
  return {
    records,
    writes,
    events: writes * watchers,
    renewals: (hosts * RENEWALS_A_TTL) / ttlSeconds,
    progress: questionsAWatch * (hosts + watchers * shareOfQuietWatches),
    leaseLooks: watchers * looksAServer,
  };
}

export function predictLoad(installation: Installation, cost: CostOf): Load {
  const { hosts, watchers = hosts, containersAHost } = installation;
  const traffic = predictTraffic(installation);
  const { records, writes, events, renewals, progress, leaseLooks } = traffic;
  return {
    ...traffic,
    etcdCores:
      cost('etcdIdle') +
      writes * cost('etcdWrite') +
      events * cost('etcdEvent') +
      renewals * cost('etcdRenewal') +
      progress * cost('etcdProgress') +
      leaseLooks * cost('etcdLeaseLook'),
    etcdBytes:
      cost('etcdBase') +
      (hosts + watchers) * (cost('etcdConnection') + cost('etcdWatch')) +
      hosts * cost('etcdLease') +
      records * cost('etcdRecord'),
    sentBytesASecond: events * cost('eventBytes'),
    walBytesAnHour: writes * cost('walWrite') * 3_600,
    dbBytesAnHour: writes * cost('dbWrite') * 3_600,
    dnsServerBytes: cost('dnsServerBase') + records * cost('dnsServerRecord'),
    dnsServerCores: writes * cost('dnsServerEvent'),
    registrarBytes: cost('registrarBase') + containersAHost * cost('registrarContainer'),
    registrarCores: (writes / hosts) * cost('registrarEvent'),
  };
}

export function predictColdStart(installation: Installation, cost: CostOf): ColdStart {
  const { records } = predictTraffic(installation);
  const listed = records * (installation.watchers ?? installation.hosts);
  return {
    etcdCpuSeconds: listed * cost('etcdList'),
    sentBytes: listed * cost('listBytes'),
    dnsServerCpuSeconds: records * cost('dnsServerLoad'),
  };
}
