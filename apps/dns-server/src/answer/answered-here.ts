import type { Labels } from '@wharf/record-schema';
import { parseReverseName } from '../records/reverse-name.ts';
import type { AnswerContext } from './context.ts';

/** Whether a name is answered from records: it is in a zone, or a reverse name that has records. */
export function isAnsweredHere(name: Labels, context: AnswerContext): boolean {
  if (context.zoneOf(name) !== undefined) return true;
  return parseReverseName(name) !== undefined && context.lookUp(name) !== undefined;
}
