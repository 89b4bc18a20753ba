import type { StoreEvent } from './store-event.ts';

/** Revisions in which a host's lease may end: it was dead or cut off. */
export interface Absence {
  readonly host: string;
  readonly fromRevision: number;
  readonly toRevision: number;
}

export interface AuditFacts {
  /** Addresses by the names of the hosts. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly absences: readonly Absence[];
  /** What instances' IDs that somebody ended begin with: `host-1:gone`. Their own registrar removes them. */
  readonly ended: readonly string[];
}

const CLAIMS = '/wharf/registrar/';

/** Whose key that is by its name: that of a claim, or of a record whose ID is `<host>:<container>:<port>`. */
export function ownerOf(key: string): string | undefined {
  if (key.startsWith(CLAIMS)) return key.slice(CLAIMS.length);
  return /^\/skydns\/.*\/([^/:]+):[^/]+$/.exec(key)?.[1];
}

/**
 * Goes through a history, from its beginning, and says what in it should not have happened to the records of hosts:
 * - only the lease by which a host is claimed may hold its records, with its own address;
 * - no transaction changes records of two hosts;
 * - a record goes with its host's lease while the host is away, or because its container was ended; never otherwise.
 */
export function auditStore(history: readonly StoreEvent[], facts: AuditFacts): readonly string[] {
  const findings: string[] = [];
  const claims = new Map<string, string>();
  for (const events of byRevision(history)) {
    const changes = events.flatMap((event) => {
      const owner = ownerOf(event.key);
      return owner === undefined ? [] : [{ event, owner }];
    });
    const owners = new Set(changes.map(({ owner }) => owner));
    const [first] = events;
    if (owners.size > 1) findings.push(`${first?.revision}: changes records of ${[...owners].join(' and ')}`);
    for (const { event, owner } of changes) {
      if (event.type === 'put' && event.key === `${CLAIMS}${owner}`) claims.set(owner, event.lease);
    }
    const lapsed = new Set(
      changes.filter(({ event }) => event.type === 'delete' && event.key.startsWith(CLAIMS)).map(({ owner }) => owner),
    );
    for (const { event, owner } of changes) {
      const fault =
        event.type === 'put'
          ? faultOfPut(event, claims.get(owner), facts.addresses.get(owner))
          : faultOfDelete(event, owner, lapsed.has(owner), facts);
      if (fault !== undefined) findings.push(`${event.revision}: ${event.type} ${event.key}: ${fault}`);
    }
  }
  return findings;
}

function faultOfPut(event: StoreEvent, claim: string | undefined, address: string | undefined): string | undefined {
  if (event.lease !== claim) return `on lease ${event.lease}, but its host is claimed by ${claim ?? 'nobody'}`;
  if (event.key.startsWith(CLAIMS)) return undefined;
  return event.value.includes(`"host":"${address}"`) ? undefined : `is ${event.value}, but its host is ${address}`;
}

function faultOfDelete(
  { key, revision }: StoreEvent,
  owner: string,
  isLapsed: boolean,
  { absences, ended }: AuditFacts,
): string | undefined {
  const id = key.slice(key.lastIndexOf('/') + 1);
  if (!key.startsWith(CLAIMS) && ended.some((start) => id.startsWith(`${start}:`))) return undefined;
  const isAway = absences.some(
    ({ host, fromRevision, toRevision }) => host === owner && fromRevision <= revision && revision <= toRevision,
  );
  if (isLapsed && isAway) return undefined;
  return isLapsed ? 'went with the lease of a host that was there' : 'nobody ended its container';
}

/** The events of each transaction. */
function byRevision(history: readonly StoreEvent[]): Iterable<readonly StoreEvent[]> {
  return Map.groupBy(history, ({ revision }) => revision).values();
}
