/** A file or a symbolic link of an archive; folders are made by whoever unpacks it. */
export type TarEntry =
  | { readonly type: 'file'; readonly path: string; readonly mode: number; readonly bytes: Uint8Array }
  | { readonly type: 'link'; readonly path: string; readonly target: string }
  | { readonly type: 'folder'; readonly path: string; readonly mode: number };

const BLOCK = 512;
const FLAGS = { file: '0', link: '2', folder: '5' } as const;

/**
 * A POSIX.1-1988 "ustar" archive, owned by root and dated 1970, so that equal entries give equal bytes.
 * @throws RangeError when a path or target is longer than the 100 bytes that a plain header holds
 */
export function encodeTar(entries: readonly TarEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    const bytes = entry.type === 'file' ? entry.bytes : new Uint8Array();
    parts.push(encodeHeader(entry, bytes.length), bytes, new Uint8Array(padding(bytes.length)));
  }
  parts.push(new Uint8Array(2 * BLOCK));
  return Buffer.concat(parts);
}

function padding(length: number): number {
  return (BLOCK - (length % BLOCK)) % BLOCK;
}

function encodeHeader(entry: TarEntry, size: number): Uint8Array {
  const header = Buffer.alloc(BLOCK);
  const mode = entry.type === 'link' ? 0o777 : entry.mode;
  writeText(header, 0, 100, entry.path);
  writeOctal(header, 100, 8, mode);
  writeOctal(header, 108, 8, 0);
  writeOctal(header, 116, 8, 0);
  writeOctal(header, 124, 12, size);
  writeOctal(header, 136, 12, 0);
  header.fill(' ', 148, 156);
  header.write(FLAGS[entry.type], 156, 'latin1');
  writeText(header, 157, 100, entry.type === 'link' ? entry.target : '');
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function writeText(header: Buffer, offset: number, width: number, text: string): void {
  if (Buffer.byteLength(text) > width) throw new RangeError(`too long for a tar header: ${text}`);
  header.write(text, offset);
}

function writeOctal(header: Buffer, offset: number, width: number, value: number): void {
  header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
}
