/** Calls `line` for each whole line of a stream of chunks; what follows the last newline waits for the next chunk. */
export function createLineReader(line: (text: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return (chunk) => {
    const lines = `${rest}${chunk.toString('utf8')}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) line(text);
  };
}
