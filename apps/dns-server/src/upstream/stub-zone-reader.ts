import type { HostPort } from '@wharf/agent';
import type { Labels } from '@wharf/record-schema';
import type { RecordIndex, Stamp } from '../records/record-index.ts';
import { type RejectedStub, readStubZones, type StubZonesRead, stubZonesName } from './stub-zones.ts';

/** Most records of stub zones that are looked at in a domain. */
const MAX_STUB_RECORDS = 1_000;

interface Looked {
  readonly index: RecordIndex;
  readonly stamps: readonly { readonly stamp: Stamp; readonly version: number }[];
  readonly read: StubZonesRead;
}

/**
 * Reads the stub zones of all domains as they are now. What was read before is given again for as long as it is the same;
 * while no record at or below the names that they are written at has changed, without a look at the records.
 * @param index the records as of now
 */
export function createStubZoneReader(domains: readonly Labels[], index: () => RecordIndex): () => StubZonesRead {
  let last: Looked | undefined;
  return () => {
    const current = index();
    const isSame = last?.index === current && last.stamps.every(({ stamp, version }) => stamp.version === version);
    if (last !== undefined && isSame) return last.read;
    const read = sameOr(last?.read, readAll(domains, current));
    const stamps = domains.map((domain) => {
      const stamp = current.stampOf(stubZonesName(domain));
      return { stamp, version: stamp.version };
    });
    last = { index: current, stamps, read };
    return read;
  };
}

/** What was read before, if it says the same: whoever has it need not look. */
function sameOr(before: StubZonesRead | undefined, read: StubZonesRead): StubZonesRead {
  return before !== undefined && describe(before) === describe(read) ? before : read;
}

function describe({ zones, rejected }: StubZonesRead): string {
  return JSON.stringify([[...zones], rejected]);
}

function readAll(domains: readonly Labels[], index: RecordIndex): StubZonesRead {
  const zones = new Map<string, readonly HostPort[]>();
  const rejected: RejectedStub[] = [];
  for (const domain of domains) {
    const records = index.collect(stubZonesName(domain), MAX_STUB_RECORDS)?.records ?? [];
    const read = readStubZones(records, domain, domains);
    for (const [zone, servers] of read.zones) if (!zones.has(zone)) zones.set(zone, servers);
    rejected.push(...read.rejected);
  }
  return { zones, rejected };
}
