import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { localName, nameServerName, type Zone } from './zone.ts';

/** What the server can say about itself where no record does. */
export interface ServerIdentity {
  /** Its own addresses; none when it listens on all of them and was not told. */
  readonly addresses: readonly string[];
  /** The name that `local.dns.<domain>` answers as, if one was given; it goes before any record. */
  readonly localTarget?: Labels;
}

/** A name that exists whatever is stored, and what it answers with while nothing is stored there. */
export interface OwnName {
  readonly name: Labels;
  readonly records: readonly IndexedRecord[];
}

/** The names of a zone that exist without records: the zone, its name server, the server itself, and what lies between. */
export function ownNames(zone: Zone, server: ServerIdentity): readonly OwnName[] {
  const nameServer = nameServerName(zone);
  const local = localName(zone);
  const hasLocal = server.localTarget === undefined && server.addresses.length > 0;
  return [
    { name: zone.domain, records: [] },
    { name: ['dns', ...zone.domain], records: [] },
    { name: nameServer, records: ownRecords(nameServer, server.addresses) },
    ...(hasLocal ? [{ name: local, records: ownRecords(local, server.addresses) }] : []),
  ];
}

function ownRecords(name: Labels, addresses: readonly string[]): readonly IndexedRecord[] {
  return addresses.map((address) => ({
    key: `(own address ${address})`,
    name,
    isNameUsable: true,
    service: { host: address },
    host: { type: address.includes(':') ? 'ipv6' : 'ipv4', address },
  }));
}
