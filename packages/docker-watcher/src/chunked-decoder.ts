export interface ChunkedDecoder {
  /**
   * Takes the framing out of `bytes`, in place: what remains of them is moved to their beginning.
   * @returns how many bytes remain; those behind are to be forgotten
   */
  decode(bytes: Buffer): number;
  /** What there is after `complete` is not part of the body; after `corrupt` nothing can be known. */
  readonly state: 'open' | 'complete' | 'corrupt';
}

/** What the next byte is part of; `-end`: the LF that follows a CR. */
type Place =
  | 'size'
  | 'extension'
  | 'size-end'
  | 'data'
  | 'after-data'
  | 'data-end'
  | 'trailer'
  | 'trailer-end'
  | 'over';

/** The largest size of a chunk is just below 2^48 bytes. */
const MAX_SIZE_DIGITS = 12;
/** How long a chunk's extensions, and all trailers together, may be, in bytes. */
const MAX_IGNORED_BYTES = 16 * 1024;
const CR = 0x0d;
const LF = 0x0a;
const SEMICOLON = 0x3b;
const SPACE = 0x20;
const TAB = 0x09;

/** Decodes a body in chunks, however it is cut. Source: RFC 9112, section 7.1; extensions and trailers are ignored. */
export function createChunkedDecoder(): ChunkedDecoder {
  let place: Place = 'size';
  let state: ChunkedDecoder['state'] = 'open';
  let digits = 0;
  let missingBytes = 0;
  let ignoredBytes = 0;
  let isLineEmpty = true;

  const finish = (how: 'complete' | 'corrupt'): void => {
    state = how;
    place = 'over';
  };
  const expect = (isExpected: boolean, next: Place): void => {
    if (isExpected) place = next;
    else finish('corrupt');
  };
  const ignore = (): void => {
    if (++ignoredBytes > MAX_IGNORED_BYTES) finish('corrupt');
  };

  const takeSize = (byte: number): void => {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      missingBytes = missingBytes * 16 + digit;
      if (++digits > MAX_SIZE_DIGITS) finish('corrupt');
      return;
    }
    ignoredBytes = 0;
    if (byte === CR) expect(digits > 0, 'size-end');
    else expect(digits > 0 && (byte === SEMICOLON || byte === SPACE || byte === TAB), 'extension');
  };
  const beginLine = (next: 'size' | 'trailer'): void => {
    place = next;
    digits = 0;
    missingBytes = 0;
    isLineEmpty = true;
  };
  const endSize = (byte: number): void => {
    if (byte !== LF) finish('corrupt');
    else if (missingBytes > 0) place = 'data';
    else beginLine('trailer');
  };
  const takeTrailer = (byte: number): void => {
    if (byte === CR) {
      place = 'trailer-end';
      return;
    }
    isLineEmpty = false;
    ignore();
  };
  const endTrailer = (byte: number): void => {
    if (byte !== LF) finish('corrupt');
    else if (isLineEmpty) finish('complete');
    else beginLine('trailer');
  };

  const takeFraming = (byte: number): void => {
    if (place === 'size') takeSize(byte);
    else if (place === 'size-end') endSize(byte);
    else if (place === 'after-data') expect(byte === CR, 'data-end');
    else if (place === 'data-end') {
      if (byte === LF) beginLine('size');
      else finish('corrupt');
    } else if (place === 'extension') {
      if (byte === CR) place = 'size-end';
      else ignore();
    } else if (place === 'trailer') takeTrailer(byte);
    else endTrailer(byte);
  };

  /** The usual size line, whole and with nothing but digits, at once; `offset` when this is none. */
  const takeSizeLine = (bytes: Buffer, offset: number): number => {
    let size = 0;
    let at = offset;
    for (let digit = hexDigit(bytes[at]); digit >= 0 && at - offset < MAX_SIZE_DIGITS; digit = hexDigit(bytes[at])) {
      size = size * 16 + digit;
      at++;
    }
    if (size === 0 || bytes[at] !== CR || bytes[at + 1] !== LF) return offset;
    missingBytes = size;
    place = 'data';
    return at + 2;
  };
  const endData = (bytes: Buffer, offset: number): number => {
    if (bytes[offset] !== CR || bytes[offset + 1] !== LF) {
      place = 'after-data';
      return offset;
    }
    beginLine('size');
    return takeSizeLine(bytes, offset + 2);
  };

  return {
    decode(bytes) {
      let kept = 0;
      let offset = 0;
      while (offset < bytes.length) {
        if (place === 'over') break;
        if (place !== 'data') {
          takeFraming(bytes[offset++] ?? 0);
          continue;
        }
        const end = Math.min(bytes.length, offset + missingBytes);
        if (kept !== offset) bytes.copyWithin(kept, offset, end);
        kept += end - offset;
        missingBytes -= end - offset;
        offset = missingBytes === 0 ? endData(bytes, end) : end;
      }
      return kept;
    },
    get state() {
      return state;
    },
  };
}

/** -1 when it is none. */
function hexDigit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
