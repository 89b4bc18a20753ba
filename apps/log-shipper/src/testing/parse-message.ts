/** A message that keeps to the grammar of RFC 5424, section 6. */
export interface ParsedMessage {
  /** The SD-IDs of its structured data. */
  readonly ids: readonly string[];
  readonly text: Buffer;
}

const HEADER =
  /^<(?:\d|[1-9]\d|1[0-8]\d|19[01])>1 (?:-|\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-][0-2]\d:[0-5]\d)) [!-~]{1,255} [!-~]{1,48} [!-~]{1,128} [!-~]{1,32} /;
const NAME = '[!#-<>-\\\\^-~]{1,32}';
const ELEMENT = new RegExp(`\\[(${NAME})(?: ${NAME}="(?:[^"\\\\\\]]|\\\\.)*")*\\]`, 'y');

/** Undefined when it is no message, to the letter; values of parameters must be UTF-8. */
export function parseMessage(message: Buffer): ParsedMessage | undefined {
  const binary = message.toString('latin1');
  const [header] = HEADER.exec(binary) ?? [];
  if (header === undefined) return undefined;
  let at = header.length;
  const ids: string[] = [];
  if (binary[at] === '-') {
    at += 1;
  } else {
    ELEMENT.lastIndex = at;
    for (let element = ELEMENT.exec(binary); element !== null; element = ELEMENT.exec(binary)) {
      ids.push(element[1] ?? '');
      at = ELEMENT.lastIndex;
    }
    if (ids.length === 0) return undefined;
  }
  const isWellFormed = Buffer.from(message.subarray(0, at).toString()).equals(message.subarray(0, at));
  return isWellFormed && binary[at] === ' ' ? { ids, text: message.subarray(at + 1) } : undefined;
}
