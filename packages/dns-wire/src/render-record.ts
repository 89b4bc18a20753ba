import type { ResourceRecord } from './message.ts';
import { escapeOctets, renderName } from './name-text.ts';

/**
 * Writes a record as one line of a zone file, fields separated by single spaces:
 * `web.example.org. 60 IN SRV 10 100 80 a.example.org.`; unknown types as in RFC 3597 section 5.
 */
export function renderRecordText(record: ResourceRecord): string {
  const type = record.type === 'UNKNOWN' ? `TYPE${record.typeCode}` : record.type;
  return `${renderName(record.name)} ${record.ttl} ${record.class} ${type} ${renderData(record)}`;
}

function renderData(record: ResourceRecord): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'NS':
    case 'CNAME':
    case 'PTR':
      return renderName(record.target);
    case 'MX':
      return `${record.preference} ${renderName(record.exchange)}`;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${renderName(record.target)}`;
    case 'TXT':
      return record.strings.map(quote).join(' ') || '""';
    case 'HINFO':
      return `${quote(record.cpu)} ${quote(record.os)}`;
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record;
      return `${renderName(mname)} ${renderName(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'UNKNOWN':
      break;
  }
  const hex = Buffer.from(record.data).toString('hex');
  return hex === '' ? '\\# 0' : `\\# ${record.data.length} ${hex}`;
}

function quote(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    return character !== ' ' && /[\p{C}\p{Z}]/u.test(character) ? escapeOctets(character) : character;
  });
  return `"${escaped.join('')}"`;
}
