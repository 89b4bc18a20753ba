/** resolv.conf(5): how many domains of `search` count, and the most that `ndots` can be. */
const MAX_SEARCHED = 6;
const MAX_NDOTS = 15;

/**
 * The names to ask name servers for, in order, as the C library does with this `/etc/resolv.conf`: a name with at least
 * `ndots` dots first as it is, others first within the domains of the last `search` line; one that ends in a dot only so.
 */
export function namesToAsk(name: string, resolvConf: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const search = lastMatch(resolvConf, /^[ \t]*(?:search|domain)[ \t]+(.*)$/gm) ?? '';
  const ndots = Number(lastMatch(resolvConf, /^[ \t]*options[ \t](?:.*[ \t])?ndots:(\d+)/gm) ?? 1);
  const domains = search.split(/\s+/).filter((domain) => domain !== '' && domain !== '.');
  const searched = domains.slice(0, MAX_SEARCHED).map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= Math.min(ndots, MAX_NDOTS) ? [name, ...searched] : [...searched, name];
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}
