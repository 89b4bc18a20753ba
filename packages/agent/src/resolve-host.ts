import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/**
 * The addresses of a host: of an address itself, from `/etc/hosts`, else from the name servers of `/etc/resolv.conf` with its
 * `search`, IPv4 first. The system's own resolver is not asked: it keeps a thread until it is done, for which the end of
 * the process waits, 10 s and more while no name server answers.
 * @param signal gives up at once
 * @throws when there is none
 */
export async function resolveHost(host: string, signal: AbortSignal): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  const [hosts, configuration] = await Promise.all([readOrEmpty('/etc/hosts'), readOrEmpty('/etc/resolv.conf')]);
  const listed = findInHosts(hosts, host);
  if (listed.length > 0) return listed;
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    let failure: unknown;
    for (const name of namesToAsk(host, configuration)) {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
      if (signal.aborted) throw new Error('no name server answers in time');
      const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
      if (addresses.length > 0) return addresses;
      failure = answers.find((answer) => answer.status === 'rejected')?.reason;
    }
    throw new Error('the name does not resolve', { cause: failure });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

const QUERY_TIMEOUT_MS = 2_000;
/** resolv.conf(5): how many domains of `search` count. */
const MAX_SEARCHED = 6;

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** The addresses that a hosts file has for a name, in its order (hosts(5)). */
export function findInHosts(file: string, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return file.split('\n').flatMap((line) => {
    const [address = '', ...names] = (line.split('#', 1)[0] ?? '').trim().split(/\s+/);
    return isIP(address) !== 0 && names.some((each) => each.toLowerCase() === wanted) ? [address] : [];
  });
}

/**
 * The names to ask for, in order, with the domains of the last `search` line: a name with a dot first as it is, one
 * without last (resolv.conf(5), `ndots:1`).
 */
export function namesToAsk(name: string, resolvConf: string): readonly string[] {
  if (name.endsWith('.')) return [name];
  const search = [...resolvConf.matchAll(/^(?:search|domain)[ \t]+(.*)$/gm)].at(-1)?.[1] ?? '';
  const domains = search.split(/\s+/).filter((domain) => domain !== '' && domain !== '.');
  const searched = domains.slice(0, MAX_SEARCHED).map((domain) => `${name}.${domain}`);
  return name.includes('.') ? [name, ...searched] : [...searched, name];
}
