import { StringDecoder } from 'node:string_decoder';

/** Calls `line` for each whole line of a stream of chunks; what follows the last newline waits for the next chunk. */
export function createLineReader(line: (text: string) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return (chunk) => {
    const lines = `${rest}${decoder.write(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  };
}
