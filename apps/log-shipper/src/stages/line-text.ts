import { isUtf8 } from 'node:buffer';
import { utf8Boundary } from '../lines/utf8-boundary.ts';

/** How much of a line patterns are tried on; only redaction goes on to the end. */
export const SEEN_BYTES = 16_384;

/**
 * The text of lines, decoded once for all stages. What is not UTF-8 is taken as Latin-1, a character a byte, so that
 * each place in a text is a place in the bytes.
 */
export interface LineText {
  /** Of all bytes. */
  whole(bytes: Buffer): string;
  /** Of the first `SEEN_BYTES`. */
  seen(bytes: Buffer): string;
  /** A buffer that was asked about may hold something else from now on. */
  forget(): void;
}

export function createLineText(): LineText {
  let lastBytes: Buffer | undefined;
  let lastText = '';
  const whole = (bytes: Buffer): string => {
    if (bytes === lastBytes) return lastText;
    lastBytes = bytes;
    lastText = decodeLine(bytes);
    return lastText;
  };
  return {
    whole,
    seen: (bytes) =>
      bytes.length <= SEEN_BYTES ? whole(bytes) : decodeLine(bytes.subarray(0, utf8Boundary(bytes, SEEN_BYTES))),
    forget() {
      lastBytes = undefined;
    },
  };
}

function decodeLine(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !isUtf8(bytes) ? bytes.toString('latin1') : text;
}
