/** What a reply must be, in the text of `DnsReply`. Sections are compared with their order. */
export interface ExpectedReply {
  readonly rcode: string;
  /** Whether AA and TC are set. */
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly additionals: readonly string[];
  readonly extendedErrors: readonly number[];
}

export type ScenarioStep =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string }
  | {
      readonly type: 'query';
      /** For messages: `SRV web.example.org. (line 12)`. */
      readonly title: string;
      readonly name: string;
      readonly recordType: string;
      readonly edns: boolean;
      readonly expected: ExpectedReply;
    };

/** A conversation with a DNS server whose records change: data, so that it runs against a function as against a socket. */
export interface DnsScenario {
  /** The command line of the server: `['-domain', 'example.org']`. */
  readonly args: readonly string[];
  readonly steps: readonly ScenarioStep[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

/**
 * Reads a scenario, one thing a line; blanks at the ends and lines that begin with `;` do not count:
 *
 *     serve -domain example.org                      the server's arguments; once, first
 *     put /skydns/org/example/web {"host":"10.0.0.1"}
 *     delete /skydns/org/example/web
 *     query web.example.org. A [edns]                a question, with EDNS or without
 *     reply NOERROR aa [tc] [ede=3]                  what comes back: code, flags, extended error, and then
 *     answer web.example.org. 3600 IN A 10.0.0.1     its records, one a line, in order; `authority`, `additional` alike
 * @throws Error naming the line that cannot be read
 */
export function parseDnsScenario(text: string): DnsScenario {
  let args: readonly string[] = [];
  const steps: ScenarioStep[] = [];
  let reply: Mutable<ExpectedReply> | undefined;

  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith(';')) continue;
    const [word = '', ...rest] = line.split(/\s+/);
    const tail = line.slice(word.length).trim();
    const unreadable = new Error(`line ${index + 1} of the scenario cannot be read: ${line}`);
    if (word === 'serve') args = rest;
    else if (word === 'put') steps.push({ type: 'put', key: rest[0] ?? '', value: rest.slice(1).join(' ') });
    else if (word === 'delete') steps.push({ type: 'delete', key: rest[0] ?? '' });
    else if (word === 'query') {
      const [name = '', recordType = '', edns] = rest;
      reply = emptyReply();
      const title = `${recordType} ${name} (line ${index + 1})`;
      steps.push({ type: 'query', title, name, recordType, edns: edns === 'edns', expected: reply });
    } else if (reply === undefined) throw unreadable;
    else if (word === 'reply') readReply(reply, rest);
    else if (word === 'answer') reply.answers.push(tail);
    else if (word === 'authority') reply.authorities.push(tail);
    else if (word === 'additional') reply.additionals.push(tail);
    else throw unreadable;
  }
  return { args, steps };
}

function emptyReply(): Mutable<ExpectedReply> {
  return {
    rcode: 'NOERROR',
    authoritative: false,
    truncated: false,
    answers: [],
    authorities: [],
    additionals: [],
    extendedErrors: [],
  };
}

function readReply(reply: Mutable<ExpectedReply>, [rcode = '', ...flags]: readonly string[]): void {
  reply.rcode = rcode;
  reply.authoritative = flags.includes('aa');
  reply.truncated = flags.includes('tc');
  reply.extendedErrors = flags
    .filter((flag) => flag.startsWith('ede='))
    .map((flag) => Number(flag.slice('ede='.length)));
}
