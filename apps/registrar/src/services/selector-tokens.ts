import { failure, type Result, success } from '@wharf/agent';

/** A word is a label or a value, in quotes or bare; a symbol is an operator or a parenthesis; the end is one as well. */
export interface Token {
  readonly kind: 'bare' | 'quoted' | 'symbol' | 'end';
  /** Without its quotes. */
  readonly text: string;
  /** Where it begins, in characters, from 1. */
  readonly column: number;
}

/** Divides an expression into tokens, the end last; fails with a sentence that names the column. */
export function scanSelector(text: string): Result<readonly Token[], string> {
  const tokens: Token[] = [];
  let column = 1;
  for (const [piece, bare, quote, quoted, symbol] of text.matchAll(PIECE)) {
    if (bare !== undefined) tokens.push({ kind: 'bare', text: bare, column });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol === '==' ? '=' : symbol, column });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted, column });
    else if (!/^\s/u.test(piece)) return failure(`column ${column}: ${strayPiece(piece, quote)}`);
    column += Array.from(piece).length;
  }
  return success([...tokens, { kind: 'end', text: '', column }]);
}

/** A bare word; a quoted one, or a quote that is never closed; a symbol; blanks; any other character. */
const PIECE = /([A-Za-z0-9._/:*-]+)|(["'])(?:(.*?)\2)?|(&&|\|\||==|!=|[=!()])|\s+|[^]/gsu;

function strayPiece(piece: string, quote: string | undefined): string {
  if (quote !== undefined) return `expected another ${quote} at the end of what this one begins`;
  if (piece === '&' || piece === '|') return `expected ${piece}${piece}, found one ${piece} alone`;
  return `expected a label, a value or an operator, found ${JSON.stringify(piece)}; a word with it goes in quotes`;
}
