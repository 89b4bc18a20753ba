import { escapeControls } from '@wharf/agent';
import type { KeyAndReason } from './plan-import.ts';

/** What an import did, or would do. */
export interface ImportReport {
  /** Where from, and where to, in words. */
  readonly from: string;
  readonly to: string;
  readonly isWritten: boolean;
  /** Keys with what is to be said of each, which may be nothing. */
  readonly puts: readonly KeyAndReason[];
  readonly same: readonly string[];
  readonly leftOut: readonly KeyAndReason[];
  /** What the server would not heed of the configuration. */
  readonly notes: readonly string[];
}

/** A report for people: what came of every key, and the sums. */
export function renderImport({ from, to, isWritten, puts, same, leftOut, notes }: ImportReport): string {
  const sections = [
    section(isWritten ? 'written:' : 'to be written, by the word write:', puts),
    section(
      'there already:',
      same.map((key) => ({ key, reason: '' })),
    ),
    section('left out:', leftOut),
    notes.length === 0 ? [] : ['notes:', ...notes.map((note) => `  ${escapeControls(note)}`), ''],
  ];
  const sum = `${puts.length} ${isWritten ? 'written' : 'to be written'}, ${same.length} there already, ${leftOut.length} left out`;
  return `${[`from ${from} to ${to}`, '', ...sections.flat(), sum].join('\n')}\n`;
}

function section(title: string, rows: readonly KeyAndReason[]): readonly string[] {
  if (rows.length === 0) return [];
  return [
    title,
    ...rows.map(({ key, reason }) => `  ${escapeControls(reason === '' ? key : `${key}: ${reason}`)}`),
    '',
  ];
}
