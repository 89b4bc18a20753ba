/** RFC 1035, section 4.1: what comes before the first question, and after each name. */
const HEADER_OCTETS = 12;
const QUESTION_TAIL_OCTETS = 4;
const TTL_OFFSET = 4;
const RECORD_TAIL_OCTETS = 10;

/** Where the TTLs of a message's records are, from first to last. The message is one of ours: nothing is checked. */
export function ttlFields(message: Buffer): readonly number[] {
  let at = HEADER_OCTETS;
  for (let questions = message.readUInt16BE(4); questions > 0; questions--) {
    at = nameEnd(message, at) + QUESTION_TAIL_OCTETS;
  }
  const fields: number[] = [];
  for (let records = recordCount(message); records > 0; records--) {
    const tail = nameEnd(message, at);
    fields.push(tail + TTL_OFFSET);
    at = tail + RECORD_TAIL_OCTETS + message.readUInt16BE(tail + RECORD_TAIL_OCTETS - 2);
  }
  return fields;
}

function recordCount(message: Buffer): number {
  return message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
}

function nameEnd(message: Buffer, start: number): number {
  let at = start;
  for (let length = message.readUInt8(at); length !== 0; length = message.readUInt8(at)) {
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
  return at + 1;
}
