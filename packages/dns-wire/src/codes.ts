/** Operation codes (IANA "DNS OpCodes"). */
export const Opcode = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, DSO: 6 } as const;

/** Response codes (IANA "DNS RCODEs"); those above 15 need EDNS. */
export const Rcode = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  NOTAUTH: 9,
  BADVERS: 16,
  BADCOOKIE: 23,
} as const;

/** EDNS option codes (IANA "DNS EDNS0 Option Codes"). */
export const OptionCode = {
  NSID: 3,
  CLIENT_SUBNET: 8,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  EXTENDED_ERROR: 15,
} as const;

/** Info codes of extended errors (RFC 8914 section 4) that an authoritative server has a use for. */
export const ExtendedErrorCode = {
  OTHER: 0,
  STALE_ANSWER: 3,
  NOT_READY: 14,
  PROHIBITED: 18,
  STALE_NXDOMAIN: 19,
  NOT_AUTHORITATIVE: 20,
  NOT_SUPPORTED: 21,
  NO_REACHABLE_AUTHORITY: 22,
  NETWORK_ERROR: 23,
} as const;

/** Types of records that are modelled with fields, and their numbers (IANA "Resource Record (RR) TYPEs"). */
export const recordTypes = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
} as const;

/** Types that only questions and the protocol itself use. */
const metaTypes = { OPT: 41, IXFR: 251, AXFR: 252, ANY: 255 } as const;

const classes = { IN: 1, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

export type RecordType = keyof typeof recordTypes;

/** What a question may ask for; types without a name here are written as in RFC 3597 section 5, `TYPE65`. */
export type QuestionType = RecordType | keyof typeof metaTypes | `TYPE${number}`;

/** Classes without a name here are written as in RFC 3597 section 5, `CLASS42`. */
export type RecordClass = keyof typeof classes | `CLASS${number}`;

const typeNumbers: ReadonlyMap<string, number> = new Map(Object.entries({ ...recordTypes, ...metaTypes }));
const classNumbers: ReadonlyMap<string, number> = new Map(Object.entries(classes));
const typeNames = namesByNumber<QuestionType>({ ...recordTypes, ...metaTypes });
const classNames = namesByNumber<RecordClass>(classes);

export function typeName(code: number): QuestionType {
  return typeNames.get(code) ?? `TYPE${code}`;
}

export function typeCode(type: QuestionType): number {
  return typeNumbers.get(type) ?? Number(type.slice('TYPE'.length));
}

export function className(code: number): RecordClass {
  return classNames.get(code) ?? `CLASS${code}`;
}

export function classCode(name: RecordClass): number {
  return classNumbers.get(name) ?? Number(name.slice('CLASS'.length));
}

/** The type that a mnemonic in any case names, `TYPE65` included; undefined when there is none. */
export function parseType(text: string): QuestionType | undefined {
  return lookUp(text, 'TYPE', typeNumbers, typeName);
}

/** The class that a mnemonic in any case names, `CLASS42` included; undefined when there is none. */
export function parseClass(text: string): RecordClass | undefined {
  return lookUp(text, 'CLASS', classNumbers, className);
}

function lookUp<Mnemonic>(
  text: string,
  generic: string,
  numbers: ReadonlyMap<string, number>,
  nameOf: (code: number) => Mnemonic,
): Mnemonic | undefined {
  const upper = text.toUpperCase();
  const digits = upper.startsWith(generic) ? upper.slice(generic.length) : '';
  const code = numbers.get(upper) ?? (/^\d{1,5}$/.test(digits) ? Number(digits) : undefined);
  return code === undefined || code > 0xffff ? undefined : nameOf(code);
}

function namesByNumber<Mnemonic extends string>(
  numbers: Readonly<Partial<Record<Mnemonic, number>>>,
): ReadonlyMap<number, Mnemonic> {
  const names = new Map<number, Mnemonic>();
  for (const name in numbers) {
    const code = numbers[name];
    if (code !== undefined) names.set(code, name);
  }
  return names;
}
