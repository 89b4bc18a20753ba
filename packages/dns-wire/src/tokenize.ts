import { joinOctets, unescape } from './name-text.ts';
import { failure, type Result, success } from './result.ts';

/** One field of a line. */
export interface Token {
  /** As written, escapes and quotes included. */
  readonly raw: string;
  /** With escapes resolved and without quotes. */
  readonly text: string;
}

/** The fields of a line of a zone file, up to a `;` (RFC 1035 section 5.1). */
export function tokenize(line: string): Result<readonly Token[], string> {
  const tokens: Token[] = [];
  const pattern = /[ \t\r]+|;.*|"((?:\\.|[^"\\])*)"|((?:\\.|[^\s;"\\])+)|./gsuy;
  for (const match of line.matchAll(pattern)) {
    const [raw, quoted, bare] = match;
    if (/^[ \t\r;]/.test(raw)) continue;
    const body = quoted ?? bare;
    if (body === undefined) return failure(`"${raw}" at character ${match.index + 1} begins nothing that ends`);
    const text = resolve(body);
    if (text === undefined) return failure(`${raw} has an escape that is no octet`);
    tokens.push({ raw, text });
  }
  return success(tokens);
}

function resolve(body: string): string | undefined {
  let text = '';
  for (const [piece] of body.matchAll(/\\\d{3}|\\.|[^\\]/gsu)) {
    const unescaped = unescape(piece);
    if (unescaped === undefined) return undefined;
    text += unescaped;
  }
  return joinOctets(text);
}
