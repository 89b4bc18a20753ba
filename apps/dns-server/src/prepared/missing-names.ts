import type { Labels } from '@wharf/record-schema';
import { createLabelBuffer, writeCanonicalOctets } from '../records/canonical-octets.ts';
import { type MissingNameReply, parseMissingName } from './missing-name.ts';
import type { ReplyMaker } from './prepare-reply.ts';
import { createScannedQuery, scanQuery } from './scan-query.ts';

/** Of a label that nobody has. */
const PROBE_OCTETS = 32;
const HEADER_OCTETS = 12;
const TYPE_A_CLASS_IN = [0, 1, 0, 1];

/** The replies to questions for names that do not exist, by zone. */
export interface MissingNames {
  /** Undefined where each question is a case of its own. */
  replyOf(zone: number): MissingNameReply | undefined;
  /** Forgets replies that may be others now. */
  clear(): void;
}

export interface MissingNamesOptions {
  /** The zones' names as on the wire, in lower case. */
  readonly domains: readonly Uint8Array[];
  readonly make: ReplyMaker;
  /** In [0, 1). */
  readonly random: () => number;
}

export function createMissingNames({ domains, make, random }: MissingNamesOptions): MissingNames {
  const replies = new Map<number, MissingNameReply | undefined>();
  const scanned = createScannedQuery();

  const probe = (domain: Uint8Array): MissingNameReply | undefined => {
    const packet = probePacket(domain, random);
    if (!scanQuery(packet, 0, packet.length, 0, scanned)) return undefined;
    const reply = make(packet, scanned);
    return reply === undefined ? undefined : parseMissingName(reply.whole, reply.options);
  };

  return {
    replyOf(zone) {
      const domain = domains[zone];
      if (domain === undefined) return undefined;
      if (!replies.has(zone)) replies.set(zone, probe(domain));
      return replies.get(zone);
    },
    clear: () => replies.clear(),
  };
}

/** A question for a random name directly below the domain: what is said of it is said of all that do not exist. */
function probePacket(domain: Uint8Array, random: () => number): Buffer {
  const header = Buffer.alloc(HEADER_OCTETS);
  header[5] = 1;
  const label = Uint8Array.from({ length: PROBE_OCTETS }, () => 0x61 + Math.floor(random() * 26));
  return Buffer.concat([header, Buffer.of(PROBE_OCTETS), label, domain, Buffer.from(TYPE_A_CLASS_IN)]);
}

/** A name as on the wire, in lower case. */
export function wireName(name: Labels): Uint8Array {
  const buffer = createLabelBuffer();
  const labels = name.flatMap((label) => {
    const octets = writeCanonicalOctets(label, buffer);
    return [octets, ...buffer.subarray(0, octets)];
  });
  return Uint8Array.from([...labels, 0]);
}
