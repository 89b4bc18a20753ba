const jsonTypes = ['application/json', 'application/x-ndjson'];

/** The JSON type that a header Accept names; undefined for text. */
export function jsonTypeAccepted(accept: string): string | undefined {
  const named = new Set(accept.split(',').map((item) => item.replace(/;.*$/s, '').trim().toLowerCase()));
  return jsonTypes.find((type) => named.has(type));
}
