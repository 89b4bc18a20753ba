import { MAX_COMMAND_CHARACTERS, MAX_DATA_BYTES, MAX_NUMBER_DIGITS, type RelpFrame } from './relp-frame.ts';

/** Finds frames in the bytes of one connection. */
export interface RelpFrameParser {
  /**
   * Takes the next bytes, cut anywhere, and calls `onFrame` for each frame that ends in them. `data` may be a view of
   * `bytes`.
   * @returns what is wrong, as the end of a sentence; the connection is of no use then, and the parser takes no more
   */
  push(bytes: Buffer, onFrame: (frame: RelpFrame) => void): string | undefined;
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const NOTHING: Buffer = Buffer.alloc(0);

type Part = 'txnr' | 'command' | 'length' | 'data' | 'end' | 'broken';

/** Holds at most the data of one frame. */
export function createRelpFrameParser(maxDataBytes: number = MAX_DATA_BYTES): RelpFrameParser {
  let part: Part = 'txnr';
  let number = 0;
  let digits = 0;
  let txnr = 0;
  let command = '';
  let length = 0;
  /** What has come of data that is cut; undefined while it may lie within one chunk. */
  let held: Buffer | undefined;
  let heldLength = 0;
  let data = NOTHING;

  const fail = (reason: string): string => {
    part = 'broken';
    held = undefined;
    return `the receiver does not speak RELP: ${reason}`;
  };
  const digit = (octet: number): boolean => {
    if (octet < 0x30 || octet > 0x39 || digits === MAX_NUMBER_DIGITS) return false;
    number = number * 10 + (octet - 0x30);
    digits++;
    return true;
  };
  const takeNumber = (): number => {
    const taken = number;
    number = 0;
    digits = 0;
    return taken;
  };
  /** Reads one octet of the header or the end; returns what is wrong with it. */
  const readOctet = (octet: number): string | undefined => {
    switch (part) {
      case 'txnr':
        if (digit(octet)) return undefined;
        if (octet !== SPACE || digits === 0) return fail('a frame has no transaction number');
        txnr = takeNumber();
        part = 'command';
        return undefined;
      case 'command':
        if (isLetter(octet) && command.length < MAX_COMMAND_CHARACTERS) {
          command += String.fromCharCode(octet);
          return undefined;
        }
        if (octet !== SPACE || command === '') return fail('a frame has no command');
        part = 'length';
        return undefined;
      case 'length':
        if (digit(octet)) return undefined;
        if (digits === 0) return fail('a frame has no length');
        length = takeNumber();
        if (length > maxDataBytes) return fail(`a frame of ${length} bytes`);
        if (octet !== SPACE && (octet !== LINE_FEED || length > 0)) return fail('the length of a frame has no end');
        part = octet === LINE_FEED ? 'end' : 'data';
        return undefined;
      case 'data':
      case 'broken':
      case 'end':
    }
    return octet === LINE_FEED ? undefined : fail('the data of a frame has another length than it says');
  };
  /** Takes what `bytes` has of the data from `offset` on; returns how much that is. */
  const readData = (bytes: Buffer, offset: number): number => {
    const missing = length - heldLength;
    const end = Math.min(bytes.length, offset + missing);
    if (held === undefined && end - offset === length) {
      data = bytes.subarray(offset, end);
      part = 'end';
      return end - offset;
    }
    held ??= Buffer.allocUnsafe(length);
    held.set(bytes.subarray(offset, end), heldLength);
    heldLength += end - offset;
    if (heldLength === length) {
      data = held;
      part = 'end';
    }
    return end - offset;
  };
  const takeFrame = (): RelpFrame => {
    const frame = { txnr, command, data };
    part = 'txnr';
    command = '';
    held = undefined;
    heldLength = 0;
    data = NOTHING;
    return frame;
  };

  return {
    push(bytes, onFrame) {
      if (part === 'broken') return 'the receiver does not speak RELP';
      let offset = 0;
      while (offset < bytes.length) {
        if (part === 'data') {
          offset += readData(bytes, offset);
          continue;
        }
        const octet = bytes[offset] ?? 0;
        const error = readOctet(octet);
        if (error !== undefined) return error;
        offset++;
        if (octet === LINE_FEED) onFrame(takeFrame());
      }
      return undefined;
    },
  };
}

function isLetter(octet: number): boolean {
  const lower = octet | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
