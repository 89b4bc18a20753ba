/** Docker stores longer lines in pieces of this many bytes. */
const PIECE_BYTES = 16 * 1024;

/**
 * The log of a container with a TTY has no frames, so a line over 16 KiB comes with the time once more before each
 * further piece of it: takes those out.
 */
export function joinTerminalPieces(timestamp: string, text: Buffer): Buffer {
  if (text.length <= PIECE_BYTES) return text;
  const repeated = Buffer.from(`${timestamp} `, 'latin1');
  const pieces: Buffer[] = [];
  let rest = text;
  while (rest.length > PIECE_BYTES && startsWith(rest.subarray(PIECE_BYTES), repeated)) {
    pieces.push(rest.subarray(0, PIECE_BYTES));
    rest = rest.subarray(PIECE_BYTES + repeated.length);
  }
  return pieces.length === 0 ? text : Buffer.concat([...pieces, rest]);
}

function startsWith(bytes: Buffer, prefix: Buffer): boolean {
  return bytes.length >= prefix.length && bytes.compare(prefix, 0, prefix.length, 0, prefix.length) === 0;
}
