import { isSpace, lexAction, type Token } from './lex-action.ts';
import { TemplateFailure } from './template-error.ts';

/** A piece of a template: text to be repeated, or the words of an action. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'action'; readonly tokens: readonly Token[]; readonly at: number };

/** What of a comment matters. */
interface Comment {
  readonly tokens?: never;
  readonly end: number;
  readonly trimsAfter: boolean;
}

/** Cuts a template into text and actions. Comments are gone, and so is the white space that `{{- ` and ` -}}` trim. */
export function lexTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  let trims = false;
  for (;;) {
    const found = text.indexOf('{{', at);
    const opened = found < 0 ? text.length : found;
    const trimsBefore = text.charAt(opened + 2) === '-' && isSpace(text.charAt(opened + 3));
    const start = trims ? skipSpace(text, at, opened) : at;
    const stop = trimsBefore ? skipSpaceBack(text, start, opened) : opened;
    if (stop > start) segments.push({ kind: 'text', text: text.slice(start, stop), at: start });
    if (found < 0) return segments;
    const inside = trimsBefore ? skipSpace(text, opened + 3, text.length) : opened + 2;
    const action = text.startsWith('/*', inside) ? skipComment(text, inside) : lexAction(text, inside, opened);
    if (action.tokens !== undefined) segments.push({ kind: 'action', tokens: action.tokens, at: opened });
    at = action.end;
    trims = action.trimsAfter;
  }
}

function skipComment(text: string, start: number): Comment {
  const closed = text.indexOf('*/', start + 2);
  if (closed < 0) throw new TemplateFailure('syntax', 'the comment has no end: expected */}}', start);
  const behind = skipSpace(text, closed + 2, text.length);
  if (text.startsWith('}}', closed + 2)) return { end: closed + 4, trimsAfter: false };
  if (behind > closed + 2 && text.startsWith('-}}', behind)) return { end: behind + 3, trimsAfter: true };
  throw new TemplateFailure('syntax', 'a comment is an action of its own: expected }} behind */', closed + 2);
}

function skipSpace(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && isSpace(text.charAt(at))) at += 1;
  return at;
}

function skipSpaceBack(text: string, limit: number, from: number): number {
  let at = from;
  while (at > limit && isSpace(text.charAt(at - 1))) at -= 1;
  return at;
}
