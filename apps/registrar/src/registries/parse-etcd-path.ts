import { failure, type Result, success } from '@wharf/agent';

/** Whose readers choke on keys that are no records, and what the registrar itself needs. */
const RESERVED = new Set(['skydns', 'wharf']);

/**
 * Reads the path of an `etcd://` URI, `services/eu`, to what its keys begin with: `/services/eu`. Errors continue a
 * sentence that begins with the URI.
 */
export function parseEtcdPath(text: string): Result<string, string> {
  if (text === '') return failure('names no path: its keys need one of their own');
  const segments = text.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) {
    return failure('has a bad path: its segments may not be empty, . or ..');
  }
  if (/\p{Cc}/u.test(text) || !text.isWellFormed()) return failure('has a bad path: it is not text that prints');
  const [first = ''] = segments;
  if (!RESERVED.has(first)) return success(`/${text}`);
  return failure(`has a path below /${first}, where only ${first === 'skydns' ? 'records' : 'claims'} may be`);
}
