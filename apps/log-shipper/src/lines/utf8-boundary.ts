/**
 * The largest length up to `limit` at which `bytes` can be cut without halving a UTF-8 character. Bytes that are not
 * UTF-8 are cut at the limit.
 */
export function utf8Boundary(bytes: Buffer, limit: number): number {
  if (bytes.length <= limit) return bytes.length;
  for (let at = limit; at > limit - 4 && at > 0; at--) {
    if (!isContinuation(bytes[at])) return at;
  }
  return limit;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
