import { Rcode } from '@wharf/dns-wire';

const HEADER_OCTETS = 12;
const QUESTION_TAIL_OCTETS = 4;
const RECORD_TAIL_OCTETS = 10;
const POINTER = 0xc0;
const SOA = 6;

/** What is said of a name that does not exist: the same for all names of a zone but for where the SOA record's names point. */
export interface MissingNameReply {
  /** Header and question, as they were for some name. */
  readonly head: Buffer;
  /** The SOA record, behind the question. */
  readonly tail: Buffer;
  /** Where in `tail` pointers are. */
  readonly pointers: readonly number[];
  /** EDNS options that go with it. */
  readonly options: Uint8Array;
}

/**
 * Takes apart the reply to a question for a name that does not exist; undefined when it is not what it should be: an SOA
 * record and nothing else.
 */
export function parseMissingName(whole: Buffer, options: Uint8Array): MissingNameReply | undefined {
  const isPlain =
    (whole.readUInt8(3) & 0xf) === Rcode.NXDOMAIN &&
    whole.readUInt16BE(6) === 0 &&
    whole.readUInt16BE(8) === 1 &&
    whole.readUInt16BE(10) === 0;
  if (!isPlain) return undefined;
  const start = skipName(whole, HEADER_OCTETS).end + QUESTION_TAIL_OCTETS;
  const owner = skipName(whole, start);
  if (whole.readUInt16BE(owner.end) !== SOA) return undefined;
  const server = skipName(whole, owner.end + RECORD_TAIL_OCTETS);
  const mailbox = skipName(whole, server.end);
  const pointers = [owner, server, mailbox].flatMap(({ pointerAt }) => (pointerAt < 0 ? [] : [pointerAt - start]));
  return { head: whole.subarray(0, start), tail: whole.subarray(start), pointers, options };
}

/**
 * Writes the tail for a question that ends at `at`, which is `shift` octets further than in the reply that it is from:
 * everything that its names point to, in the end of the question's name and in itself, has moved by as much.
 */
export function writeMissingTail({ tail, pointers }: MissingNameReply, into: Buffer, at: number, shift: number): void {
  tail.copy(into, at);
  for (const pointer of pointers) into.writeUInt16BE(tail.readUInt16BE(pointer) + shift, at + pointer);
}

/** @returns where the name ends, and where its pointer is, -1 without one */
function skipName(message: Buffer, start: number): { readonly end: number; readonly pointerAt: number } {
  let at = start;
  for (let length = message.readUInt8(at); length !== 0; length = message.readUInt8(at)) {
    if (length >= POINTER) return { end: at + 2, pointerAt: at };
    at += 1 + length;
  }
  return { end: at + 1, pointerAt: -1 };
}
