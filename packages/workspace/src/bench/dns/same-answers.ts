import { type DnsQuery, type DnsReply, queryDns } from '@wharf/testkit';
import type { Target } from './stage.ts';

/**
 * Asks every server the same, for a comparison of servers that do different work says nothing.
 * @throws Error with both replies when they differ in more than the order of records, or the serial of the SOA record
 */
export async function checkSameAnswers(
  targets: readonly Target[],
  questions: readonly Pick<DnsQuery, 'name' | 'type'>[],
): Promise<void> {
  for (const question of questions) {
    const shown = await Promise.all(
      targets.map(async ({ port, name }) => [name, show(await queryDns({ port, ...question }))] as const),
    );
    const [[, first] = ['', '']] = shown;
    const other = shown.find(([, text]) => text !== first);
    if (other === undefined) continue;
    throw new Error(
      `${question.name} ${question.type} is not answered alike. ${shown[0]?.[0]}:\n${first}\n${other[0]}:\n${other[1]}`,
    );
  }
}

function show({ rcode, texts, authorities, additionals }: DnsReply): string {
  const soaWithoutSerial = (text: string): string => text.replace(/( IN SOA \S+ \S+) \d+/, '$1');
  const sections = [texts, authorities.map(soaWithoutSerial), additionals].map((lines) => lines.toSorted().join('\n'));
  return [rcode, ...sections].join('\n');
}
