import {
  COOKIE_OPTION_OCTETS,
  type CookieVerdict,
  isCookieLength,
  type ServerCookies,
} from '../edns/server-cookies.ts';
import type { CookieWriter } from './reply-writer.ts';

export interface CookieWriterOptions {
  readonly cookies: ServerCookies;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  readonly onVerdict: (verdict: CookieVerdict) => void;
}

export function createCookieWriter({ cookies, wallMs, onVerdict }: CookieWriterOptions): CookieWriter {
  return {
    octets: COOKIE_OPTION_OCTETS,
    accepts: isCookieLength,
    write(packet, start, end, client, into, at) {
      const nowSeconds = Math.floor(wallMs() / 1_000);
      onVerdict(cookies.writeOption(packet.subarray(start, end), client.address(), nowSeconds, into, at));
    },
  };
}
