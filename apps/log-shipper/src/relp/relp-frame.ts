/**
 * One frame of RELP, `TXNR SP COMMAND SP DATALEN [SP DATA] LF`.
 * @see https://www.rsyslog.com/doc/relp.html
 */
export interface RelpFrame {
  /** The transaction: a response has that of its command; 0 is for what the server says unasked. */
  readonly txnr: number;
  readonly command: string;
  readonly data: Buffer;
}

/** The greatest transaction number; 1 follows. */
export const MAX_TXNR = 999_999_999;
/** Of a transaction number and of a length. */
export const MAX_NUMBER_DIGITS = 9;
export const MAX_COMMAND_CHARACTERS = 32;
/** The most data that librelp takes in a frame unless told otherwise. */
export const MAX_DATA_BYTES = 128 * 1024;

const LINE_FEED = 0x0a;

export function nextTxnr(txnr: number): number {
  return txnr >= MAX_TXNR ? 1 : txnr + 1;
}

/** Frames of one command, each with one of `data`, numbered from `firstTxnr`, as one run of bytes. */
export function renderRelpFrames(command: string, firstTxnr: number, data: readonly Buffer[]): Buffer {
  const headers: string[] = [];
  let length = 0;
  let txnr = firstTxnr;
  for (const each of data) {
    const header = each.length === 0 ? `${txnr} ${command} 0` : `${txnr} ${command} ${each.length} `;
    headers.push(header);
    length += header.length + each.length + 1;
    txnr = nextTxnr(txnr);
  }
  const bytes = Buffer.allocUnsafe(length);
  let offset = 0;
  for (const [index, each] of data.entries()) {
    offset += bytes.write(headers[index] ?? '', offset, 'latin1');
    bytes.set(each, offset);
    offset += each.length;
    bytes[offset++] = LINE_FEED;
  }
  return bytes;
}
