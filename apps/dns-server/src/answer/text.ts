import type { TxtRecord } from '@wharf/dns-wire';
import { type Labels, parseTextPairs } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { AnswerContext } from './context.ts';
import { parseDiscoveryName } from './discovery-name.ts';

/**
 * The TXT records of a name: one for each record with a text, which is one string. An instance of DNS-SD has exactly
 * one, whose strings are those that `renderTextPairs` put into the text (RFC 6763, sections 6.1 and 6.8).
 */
export function textRecords(
  name: Labels,
  records: readonly IndexedRecord[],
  context: AnswerContext,
): readonly TxtRecord[] {
  if (parseDiscoveryName(name, context.zoneOf(name))?.kind === 'instance') return instanceText(name, records, context);
  return records.flatMap((record) => {
    const text = textOf(record);
    return text === '' ? [] : [{ name, class: 'IN', ttl: context.ttlOf(record), type: 'TXT', strings: [text] }];
  });
}

/** The text of the first record that has one; a text without strings is a single empty one. */
function instanceText(name: Labels, records: readonly IndexedRecord[], context: AnswerContext): readonly TxtRecord[] {
  const record = records.find((record) => textOf(record) !== '') ?? records[0];
  if (record === undefined) return [];
  const strings = parseTextPairs(textOf(record));
  return [
    { name, class: 'IN', ttl: context.ttlOf(record), type: 'TXT', strings: strings.length === 0 ? [''] : strings },
  ];
}

function textOf({ service }: IndexedRecord): string {
  return service.text ?? '';
}
