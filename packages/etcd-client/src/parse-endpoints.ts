/** etcd's endpoints as URLs of one scheme, without a path: `http://10.0.0.1:2379`. */
export type ParsedEndpoints =
  | { readonly ok: true; readonly value: readonly string[] }
  | { readonly ok: false; readonly error: string };

const DEFAULT_PORT = '2379';

/**
 * Reads endpoints as operators write them: several texts, or several in one text parted by commas; without a scheme
 * `http` is meant (`ETCD_MACHINES=10.0.0.1:2379`), without a port 2379. All must be of one scheme, since one `http` among
 * `https` would send in the clear what the others protect.
 * @returns the endpoints without repetitions, or what is wrong with each bad one, credentials left out
 */
export function parseEndpoints(texts: readonly string[]): ParsedEndpoints {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  const named = words.filter((word) => word !== '');
  if (named.length === 0) return { ok: false, error: 'no etcd endpoint is given, such as http://10.0.0.1:2379' };
  const parsed = named.map(parseEndpoint);
  const errors = parsed.flatMap((each) => (each.ok ? [] : [each.error]));
  if (errors.length > 0) return { ok: false, error: errors.join('; ') };
  const value = [...new Set(parsed.flatMap((each) => (each.ok ? [each.url] : [])))];
  const schemes = new Set(value.map((url) => url.slice(0, url.indexOf(':'))));
  if (schemes.size > 1) return { ok: false, error: `${value.join(', ')}: endpoints must be all http or all https` };
  return { ok: true, value };
}

type ParsedEndpoint = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly error: string };

function parseEndpoint(text: string): ParsedEndpoint {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const shown = text.replace(/^([^/]*\/\/)?[^@]*@/, '$1***@');
  const bad = (reason: string): ParsedEndpoint => ({ ok: false, error: `etcd endpoint ${shown}: ${reason}` });
  if (!URL.canParse(withScheme)) return bad('not of the form http://host:port');
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return bad(`${url.protocol}// is not http:// or https://`);
  if (url.username !== '' || url.password !== '') return bad('give the user and the password by their own options');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return bad('only a host and a port can be given');
  return { ok: true, url: `${url.protocol}//${url.hostname}:${portOf(withScheme)}` };
}

/** `URL` forgets a port that is its scheme's own, which for etcd is not the default. */
function portOf(text: string): string {
  return /:(\d+)\/?$/.exec(text)?.[1] ?? DEFAULT_PORT;
}
