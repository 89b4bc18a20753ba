import { isUtf8 } from 'node:buffer';
import type { MessageBuilder } from '../queue/message-builder.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Writes bytes as a JSON string (RFC 8259, section 7), in UTF-8. What is not UTF-8 becomes U+FFFD, so that what is written is
 * always valid. Bytes that need no escape are copied as they are.
 */
export function writeJsonBytes(bytes: Buffer, out: MessageBuilder): void {
  if (!isPlain(bytes)) {
    out.utf8(JSON.stringify(bytes.toString()));
    return;
  }
  out.octet(QUOTE);
  out.bytes(bytes);
  out.octet(QUOTE);
}

/** Valid UTF-8 without a character that JSON demands an escape for. */
function isPlain(bytes: Buffer): boolean {
  let highest = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte === QUOTE || byte === BACKSLASH) return false;
    highest |= byte;
  }
  return highest < 0x80 || isUtf8(bytes);
}
