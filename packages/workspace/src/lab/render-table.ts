import { fitText, type Span, type StyledLine, span, widthOf } from './styled-line.ts';

/** Columns between two cells. */
const GAP = 2;

/** A column may not become narrower than this while others could. */
const NARROW = 6;

/**
 * Cells in columns as wide as what is in them. Where that is wider than there is room, the last column gives way first,
 * then the widest, and what does not fit is cut.
 */
export function renderTable(rows: readonly StyledLine[], width: number): readonly StyledLine[] {
  const widths = columnWidths(rows, width);
  return rows.map((row) =>
    row.flatMap((cell, index) => {
      const room = widths[index] ?? 0;
      const isLast = index === row.length - 1;
      const text = fitText(cell.text, room);
      const padding = isLast ? '' : ' '.repeat(room - widthOf(text) + GAP);
      return padding === '' ? [{ text, tone: cell.tone }] : [{ text, tone: cell.tone }, span(padding)];
    }),
  );
}

function columnWidths(rows: readonly (readonly Span[])[], width: number): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => widthOf(row[column]?.text ?? ''))),
  );
  const room = width - GAP * (count - 1);
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const widest = (widths.at(-1) ?? 0) > NARROW ? count - 1 : widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROW) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
