import type { Answer } from 'dns-packet';

/** One record as dig prints it, with single spaces: `web.example.org. 60 IN SRV 10 100 80 a.example.org.` */
export function renderAnswerLine(answer: Answer): string {
  if (answer.type === 'OPT') return '';
  const type = answer.type.replace('UNKNOWN_', 'TYPE');
  return `${absolute(answer.name)} ${answer.ttl ?? 0} ${answer.class ?? 'IN'} ${type} ${renderData(answer)}`;
}

function renderData(answer: Exclude<Answer, { type: 'OPT' }>): string {
  const { type, data } = answer;
  if (type === 'A' || type === 'AAAA') return data;
  if (typeof data === 'string') return type === 'TXT' ? quoted(data) : absolute(data);
  if (type === 'SRV') return `${data.priority ?? 0} ${data.weight ?? 0} ${data.port} ${absolute(data.target)}`;
  if (type === 'MX') return `${data.preference ?? 0} ${absolute(data.exchange)}`;
  if (type === 'TXT') return (Array.isArray(data) ? data : [data]).map(quoted).join(' ');
  if (type === 'HINFO') return `${quoted(data.cpu)} ${quoted(data.os)}`;
  if (type === 'SOA') {
    const { mname, rname, serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0 } = data;
    return `${absolute(mname)} ${absolute(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
  }
  return Buffer.isBuffer(data) ? `\\# ${data.length} ${data.toString('hex')}` : JSON.stringify(data);
}

function absolute(name: string): string {
  return name === '.' || name === '' ? '.' : `${name}.`;
}

function quoted(text: string | Buffer): string {
  const content = typeof text === 'string' ? text : text.toString('utf8');
  return `"${content.replaceAll(/["\\]/g, '\\$&')}"`;
}
