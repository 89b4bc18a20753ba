import { OptionCode } from './codes.ts';
import { MIN_UDP_OCTETS } from './limits.ts';
import { MalformedPacket } from './malformed.ts';
import type { Edns, EdnsOption } from './message.ts';
import { octetsOf, readText } from './octets.ts';
import type { RecordFrame } from './record-data.ts';

/** What an OPT record says (RFC 6891 section 6.1.2): its upper eight bits of the response code apart. */
export interface OptRecord {
  readonly edns: Edns;
  readonly extendedRcode: number;
}

/**
 * Reads an OPT record. Its options are read only in version 0: what they look like in another is not known, and the
 * answer to that is BADVERS whatever they say (RFC 6891 section 6.1.3).
 * @throws MalformedPacket
 */
export function readOpt(frame: RecordFrame): OptRecord {
  if (frame.name.length > 0) throw new MalformedPacket('edns', 'the OPT record is not at the root');
  const version = (frame.ttl >>> 16) & 0xff;
  return {
    extendedRcode: frame.ttl >>> 24,
    edns: {
      version,
      udpSize: Math.max(MIN_UDP_OCTETS, frame.classCode),
      dnssecOk: (frame.ttl & 0x8000) !== 0,
      options: version === 0 ? readOptions(frame) : [],
    },
  };
}

function readOptions({ packet, start, end }: RecordFrame): readonly EdnsOption[] {
  const options: EdnsOption[] = [];
  for (let at = start; at < end; ) {
    const dataStart = at + 4;
    const next = dataStart + (dataStart <= end ? packet.readUInt16BE(at + 2) : 0);
    if (next > end) throw new MalformedPacket('edns', `the EDNS option at ${at} runs over the end of the OPT record`);
    options.push({ code: packet.readUInt16BE(at), data: Uint8Array.from(packet.subarray(dataStart, next)) });
    at = next;
  }
  return options;
}

/** An extended error as RFC 8914 section 2 defines it; `text` is for people and may be empty. */
export interface ExtendedError {
  readonly code: number;
  readonly text: string;
}

/** The EDNS option that tells an extended error. */
export function extendedErrorOption(error: ExtendedError): EdnsOption {
  const text = octetsOf(error.text.toWellFormed()) ?? new Uint8Array();
  return { code: OptionCode.EXTENDED_ERROR, data: Uint8Array.of(error.code >> 8, error.code & 0xff, ...text) };
}

/** The extended errors that EDNS options tell, those too short to be one left out. */
export function extendedErrors(edns: Edns | undefined): readonly ExtendedError[] {
  const found = edns?.options.filter(({ code, data }) => code === OptionCode.EXTENDED_ERROR && data.length >= 2) ?? [];
  return found.map(({ data }) => ({
    code: ((data[0] ?? 0) << 8) | (data[1] ?? 0),
    text: readText(data, 2, data.length),
  }));
}
