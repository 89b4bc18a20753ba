/** What a terminal is to show: lines from the top, and where its cursor stands. */
export interface Frame {
  /** Ready to be written; none is longer than the terminal is wide. */
  readonly lines: readonly string[];
  /** From 0; undefined hides the cursor. */
  readonly cursor: { readonly row: number; readonly column: number } | undefined;
}

const ESCAPE = '\u001b[';
/** Control functions of xterm: what is between the two is shown at once, where the terminal knows them. */
const [BEGIN_UPDATE, END_UPDATE] = [`${ESCAPE}?2026h`, `${ESCAPE}?2026l`];
const [HIDE_CURSOR, SHOW_CURSOR] = [`${ESCAPE}?25l`, `${ESCAPE}?25h`];
const ERASE_TO_LINE_END = `${ESCAPE}K`;

/** Another screen that keeps what was on the terminal, and the way back. */
export const ENTER_SCREEN = `${ESCAPE}?1049h${ESCAPE}2J`;
export const LEAVE_SCREEN = `${SHOW_CURSOR}${ESCAPE}?1049l`;
export const ERASE_SCREEN = `${ESCAPE}2J`;

/** What turns one frame into the next: only lines that differ are written, so that nothing flickers. */
export function renderUpdate(shown: Frame, next: Frame): string {
  const rows = Math.max(shown.lines.length, next.lines.length);
  const changes = Array.from({ length: rows }, (_, row) => {
    const line = next.lines[row] ?? '';
    return line === (shown.lines[row] ?? '') ? '' : `${moveTo(row, 0)}${line}${ERASE_TO_LINE_END}`;
  }).join('');
  const { cursor } = next;
  const isStill = cursor?.row === shown.cursor?.row && cursor?.column === shown.cursor?.column;
  if (changes === '' && isStill) return '';
  const place = cursor === undefined ? '' : `${moveTo(cursor.row, cursor.column)}${SHOW_CURSOR}`;
  return `${BEGIN_UPDATE}${HIDE_CURSOR}${changes}${place}${END_UPDATE}`;
}

/** ECMA-48, "CUP": rows and columns count from 1. */
function moveTo(row: number, column: number): string {
  return `${ESCAPE}${row + 1};${column + 1}H`;
}
