import { type Edns, type EdnsOption, type Message, Opcode, OptionCode, Rcode, replyTo } from '@wharf/dns-wire';
import { COOKIE_OPTION_OCTETS, type CookieVerdict, isCookieLength, type ServerCookies } from './server-cookies.ts';

/** What EDNS options are answered with. */
export interface OptionSettings {
  /** Undefined: cookies are options like any other that is not known. */
  readonly cookies: ServerCookies | undefined;
  /** How this server is told from others at its address (RFC 5001); undefined: it does not say. */
  readonly nsid: Uint8Array | undefined;
  /** After which time without a query a TCP connection is closed, in milliseconds. */
  readonly tcpIdleMs: number;
  /** Milliseconds since 1970. */
  wallMs(): number;
}

/** Who asks. */
export interface OptionClient {
  readonly transport: 'udp' | 'tcp';
  /** The IP address, asked for only when it is needed. */
  address(): string;
}

/**
 * What the options of a query lead to: `malformed` is FORMERR whatever is asked, otherwise `options` are put into the reply.
 */
export type HeardOptions =
  | { readonly type: 'malformed' }
  | { readonly type: 'heard'; readonly options: readonly EdnsOption[]; readonly cookie?: CookieVerdict };

const nothing: HeardOptions = { type: 'heard', options: [] };

/**
 * Reads the options of a query that the server knows: cookies, keepalive, NSID. All others are left alone (RFC 6891, section
 * 6.1.2): padding (RFC 7830, section 4: no reply is padded where nothing is encrypted) and client subnets (RFC 7871, section
 * 7.2.1: answers are the same for all) among them. Of several of a kind the first one counts (RFC 7873, section 5.2).
 */
export function hearOptions(edns: Edns | undefined, client: OptionClient, settings: OptionSettings): HeardOptions {
  if (edns === undefined || edns.options.length === 0) return nothing;
  const find = (wanted: number) => edns.options.find(({ code }) => code === wanted);
  const cookie = settings.cookies === undefined ? undefined : find(OptionCode.COOKIE);
  const keepalive = client.transport === 'tcp' ? find(OptionCode.TCP_KEEPALIVE) : undefined;
  if (cookie !== undefined && !isCookieLength(cookie.data.length)) return { type: 'malformed' };
  // RFC 7828, section 3.2.1: only a server says a time.
  if (keepalive !== undefined && keepalive.data.length > 0) return { type: 'malformed' };

  const options: EdnsOption[] = [];
  let verdict: CookieVerdict | undefined;
  if (cookie !== undefined && settings.cookies !== undefined) {
    const option = new Uint8Array(COOKIE_OPTION_OCTETS);
    const nowSeconds = Math.floor(settings.wallMs() / 1_000);
    verdict = settings.cookies.writeOption(cookie.data, client.address(), nowSeconds, option, 0);
    options.push({ code: OptionCode.COOKIE, data: option.subarray(4) });
  }
  if (keepalive !== undefined) options.push(keepaliveOption(settings.tcpIdleMs));
  if (settings.nsid !== undefined && find(OptionCode.NSID) !== undefined) {
    options.push({ code: OptionCode.NSID, data: settings.nsid });
  }
  return { type: 'heard', options, ...(verdict === undefined ? {} : { cookie: verdict }) };
}

/** The time-out in units of 100 ms (RFC 7828, section 3.1). */
function keepaliveOption(tcpIdleMs: number): EdnsOption {
  const units = Math.min(Math.floor(tcpIdleMs / 100), 0xffff);
  return { code: OptionCode.TCP_KEEPALIVE, data: Uint8Array.of(units >> 8, units & 0xff) };
}

/**
 * The reply to a query that its options answer already; undefined when the question is to be looked at. A query without
 * a question that has a cookie asks for a cookie alone (RFC 7873, section 5.4).
 */
export function replyToOptions(query: Message, heard: HeardOptions): Message | undefined {
  if (heard.type === 'malformed') return replyTo(query, { rcode: Rcode.FORMERR });
  const isBareQuery = query.questions.length === 0 && query.opcode === Opcode.QUERY && !query.response;
  if (heard.cookie === undefined || !isBareQuery) return undefined;
  return replyTo(query, { rcode: Rcode.NOERROR, options: heard.options });
}

/** The reply, and in its EDNS what the query's options lead to. */
export function withOptions(reply: Message, heard: HeardOptions): Message {
  if (reply.edns === undefined || heard.type === 'malformed' || heard.options.length === 0) return reply;
  return { ...reply, edns: { ...reply.edns, options: [...heard.options, ...reply.edns.options] } };
}
