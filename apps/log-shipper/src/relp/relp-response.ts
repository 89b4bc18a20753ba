/** What a `rsp` frame says: `RSP-CODE [SP HUMANMSG] LF [CMDDATA]`. */
export interface RelpResponse {
  /** 200 is success; 0 when there is none. */
  readonly code: number;
  /** For people, printable and short. */
  readonly text: string;
  /** What belongs to the command, after the first line. */
  readonly body: string;
}

const TEXT_CHARACTERS = 200;

/** The end of a first line is often left out when nothing follows; a response may even be empty. */
export function parseRelpResponse(data: Buffer): RelpResponse {
  const all = data.toString('latin1');
  const end = all.indexOf('\n');
  const line = end < 0 ? all : all.slice(0, end);
  const body = end < 0 ? '' : all.slice(end + 1);
  const [, digits, text = ''] = /^(\d{3})(?: (.*))?$/s.exec(line) ?? [];
  if (digits === undefined) return { code: 0, text: printable(line), body };
  return { code: Number(digits), text: printable(text), body };
}

/** Whether it begins with the code 200; what `parseRelpResponse` would say, for the response of every message. */
export function isSuccess(data: Buffer): boolean {
  const [two, zero, zeroAgain, after = 0x20] = data;
  return two === 0x32 && zero === 0x30 && zeroAgain === 0x30 && (after === 0x20 || after === 0x0a);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, TEXT_CHARACTERS);
}
