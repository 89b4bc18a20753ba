export interface LineListener {
  /** A line without its LF (and CR); empty lines are left out. */
  onLine(line: string): void;
  /** A line grew beyond the limit and was dropped whole. */
  onOverlong(): void;
}

export interface LineSplitter {
  push(chunk: Buffer): void;
}

const LF = 0x0a;

/**
 * Splits a byte stream of UTF-8 into lines, wherever the chunks end. Holds at most `limitBytes` of a line that has not
 * ended; an incomplete last line is never delivered.
 */
export function createLineSplitter(limitBytes: number, listener: LineListener): LineSplitter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let isOverlong = false;

  const hold = (part: Buffer): void => {
    if (isOverlong || part.length === 0) return;
    if (heldBytes + part.length > limitBytes) {
      isOverlong = true;
      held = [];
      heldBytes = 0;
      return;
    }
    held.push(part);
    heldBytes += part.length;
  };

  const finishLine = (): void => {
    const parts = held;
    const wasOverlong = isOverlong;
    held = [];
    heldBytes = 0;
    isOverlong = false;
    if (wasOverlong) {
      listener.onOverlong();
      return;
    }
    const line = toText(parts);
    if (line !== '') listener.onLine(line);
  };

  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        hold(chunk.subarray(start, end));
        finishLine();
        start = end + 1;
      }
      hold(chunk.subarray(start));
    },
  };
}

function toText(parts: readonly Buffer[]): string {
  const [first, second] = parts;
  if (first === undefined) return '';
  const line = (second === undefined ? first : Buffer.concat(parts)).toString('utf8');
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
