import type { HostPort } from '@wharf/agent';
import type { Labels } from '@wharf/record-schema';
import { nameIdentity } from '../records/names.ts';
import type { StubZones } from './stub-zones.ts';

/** Who is asked about a name; may be passed to `Upstream.ask` as it is. */
export interface ChosenServers {
  readonly servers: readonly HostPort[];
  /** Whether they are those of a stub zone: such a question is marked, and one that came marked is not passed on. */
  readonly isStub: boolean;
}

/** The servers of the smallest stub zone that holds `name`, or the usual ones. */
export function chooseServers(
  name: Labels,
  { stubZones, nameservers }: { readonly stubZones: StubZones; readonly nameservers: readonly HostPort[] },
): ChosenServers {
  const servers = stubZones.get(nameIdentity(stubZoneOf(name, stubZones) ?? []));
  return servers === undefined ? { servers: nameservers, isStub: false } : { servers, isStub: true };
}

/** The smallest stub zone that holds `name`; undefined when none does. */
export function stubZoneOf(name: Labels, stubZones: StubZones): Labels | undefined {
  if (stubZones.size === 0) return undefined;
  for (let first = 0; first < name.length; first++) {
    const zone = name.slice(first);
    if (stubZones.has(nameIdentity(zone))) return zone;
  }
  return undefined;
}
