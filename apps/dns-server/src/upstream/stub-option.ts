import type { Edns, EdnsOption } from '@wharf/dns-wire';

/**
 * The EDNS option of queries that go to a stub zone's servers: 65011, from the range for local use (RFC 6891, section 9:
 * 65001 to 65534). It is SkyDNS's, so that a circle of its servers and these ends as well.
 */
export const STUB_OPTION_CODE = 65_011;

export function stubOption(): EdnsOption {
  return { code: STUB_OPTION_CODE, data: Uint8Array.of(1) };
}

/** Whether a query came from a server that has it as a stub zone's: asking on could go round in circles. */
export function hasStubOption(edns: Edns | undefined): boolean {
  return edns?.options.some(({ code }) => code === STUB_OPTION_CODE) ?? false;
}
