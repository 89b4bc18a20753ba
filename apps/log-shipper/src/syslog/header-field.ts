/** The longest host name, application name, process ID (RFC 5424, section 6) and tag (RFC 3164, section 4.1.3). */
export const headerLimits = { host: 255, appName: 48, procId: 128, tag: 32 } as const;

/**
 * A header field in printable ASCII (RFC 5424's PRINTUSASCII, which has no space): each other character becomes `_`,
 * what is too long is cut, and nothing at all becomes `-`, the NILVALUE.
 */
export function headerField(text: string, limit: number): string {
  const printable = text.replace(/[^\x21-\x7e]/gu, '_').slice(0, limit);
  return printable === '' ? '-' : printable;
}
