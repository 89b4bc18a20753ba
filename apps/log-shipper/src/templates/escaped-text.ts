import { isUtf8 } from 'node:buffer';
import type { MessageBuilder } from '../queue/message-builder.ts';

/** Bytes that are not UTF-8 stand in text as the code units U+DC80 to U+DCFF, which no UTF-8 gives. */
const ESCAPE = 0xdc00;

/**
 * The text of bytes, none of which is lost: those that are not UTF-8 become lone surrogates that `writeEscapedText` turns
 * back. A template passes them on like Go's texts of bytes; JSON gets U+FFFD for each, as Go's does.
 */
export function toEscapedText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  let text = '';
  let validFrom = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += bytes.toString('utf8', validFrom, at) + String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
      validFrom = at + 1;
    }
    at += Math.max(1, length);
  }
  return text + bytes.toString('utf8', validFrom);
}

/** Writes text that may hold escaped bytes; another lone surrogate becomes U+FFFD. */
export function writeEscapedText(text: string, out: MessageBuilder): void {
  if (text.isWellFormed()) {
    out.utf8(text);
    return;
  }
  let from = 0;
  for (const { index } of text.matchAll(/[\udc80-\udcff]/gu)) {
    out.utf8(text.slice(from, index));
    out.octet(text.charCodeAt(index) - ESCAPE);
    from = index + 1;
  }
  out.utf8(text.slice(from));
}

/** How many bytes the character at `at` has; 0 when there is none (RFC 3629, section 4). */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  return length > 0 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}
