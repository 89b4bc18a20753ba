import { lookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { findInHosts } from './find-in-hosts.ts';
import { askInTurn, NameError, type NameErrorCode } from './name-error.ts';
import { namesToAsk } from './names-to-ask.ts';

export interface HostAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
  /** How long the name server says that it may be kept; absent when it comes from elsewhere. */
  readonly ttlSeconds?: number;
}

/**
 * The addresses of a host, IPv4 first.
 * @param signal gives up at once
 * @throws NameError when there is none, or when given up
 */
export type HostResolver = (host: string, signal: AbortSignal) => Promise<readonly HostAddress[]>;

/** Where names are looked up; as this system does when absent. */
export interface NameSources {
  /** Of name servers, perhaps with a port: `127.0.0.1:53`, `[::1]:53`. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  readonly resolvConf?: string;
  readonly nsswitchConf?: string;
}

const QUERY_TIMEOUT_MS = 2_000;
const GIVEN_UP = 'no name server answers in time';

/**
 * Resolves an address to itself, a name by `/etc/hosts`, else by the name servers and the `search` of `/etc/resolv.conf`. Files
 * are read anew each time. The system's own resolver tells no TTL, and keeps a thread until it is done, for which the
 * end of the process waits, 10 s and more while no name server answers; so it is asked only when the name servers
 * have answered that there is nothing, and when it knows other sources than they and the file.
 */
export function createHostResolver(sources: NameSources = {}): HostResolver {
  const { hostsFile = '/etc/hosts', resolvConf = RESOLV_CONF, nsswitchConf = '/etc/nsswitch.conf' } = sources;
  return async (host, signal) => {
    if (isIP(host) !== 0) return [toAddress(host)];
    const [hosts, configuration, services] = await Promise.all([hostsFile, resolvConf, nsswitchConf].map(readOrEmpty));
    const listed = findInHosts(hosts ?? '', host);
    if (listed.length > 0) return byFamily(listed.map(toAddress));
    try {
      return await withResolver(sources.servers, signal, (resolver) =>
        askInTurn(namesToAsk(host, configuration ?? ''), (name) => askForAddresses(resolver, name)),
      );
    } catch (error) {
      const isUnknown = error instanceof NameError && error.code === 'not-found';
      if (!isUnknown || !hasOtherSources(services ?? '')) throw error;
      return await askSystem(host, signal);
    }
  };
}

const RESOLV_CONF = '/etc/resolv.conf';

/** The names that the C library would ask for, at present; see `namesToAsk`. */
export async function readNamesToAsk(name: string, resolvConf = RESOLV_CONF): Promise<readonly string[]> {
  return namesToAsk(name, await readOrEmpty(resolvConf));
}

/** Whether the C library looks up hosts elsewhere too, such as in mDNS (nsswitch.conf(5)). */
export function hasOtherSources(nsswitchConf: string): boolean {
  const line = /^[ \t]*hosts:(.*)$/m.exec(nsswitchConf)?.[1] ?? '';
  const services = line.replace(/#.*$|\[[^\]]*\]/g, ' ').split(/\s+/);
  return services.some((service) => service !== '' && service !== 'files' && service !== 'dns');
}

async function readOrEmpty(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

/** One that knows the name servers of this moment. */
async function withResolver<T>(
  servers: readonly string[] | undefined,
  signal: AbortSignal,
  use: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    return await use(resolver);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new NameError('unanswered', GIVEN_UP, { cause: error });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function askForAddresses(resolver: Resolver, name: string): Promise<readonly HostAddress[]> {
  const answers = await Promise.allSettled([
    resolver.resolve4(name, { ttl: true }),
    resolver.resolve6(name, { ttl: true }),
  ]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found.map(({ address, ttl }) => ({ ...toAddress(address), ttlSeconds: ttl }));
  const reasons = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  const errors = reasons.map((reason) => new NameError(toCode(reason), undefined, { cause: reason }));
  const [worst] = errors.toSorted((one, other) => SEVERITY.indexOf(one.code) - SEVERITY.indexOf(other.code));
  throw worst ?? new NameError('not-found');
}

const SEVERITY: readonly NameErrorCode[] = ['unanswered', 'failed', 'not-found'];

/** c-ares' codes (ares_query(3)). */
function toCode(reason: unknown): NameErrorCode {
  const code = reason instanceof Error && 'code' in reason ? reason.code : undefined;
  if (code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EBADNAME') return 'not-found';
  const isAnswer = ['ESERVFAIL', 'EREFUSED', 'EFORMERR', 'ENOTIMP', 'EBADRESP'].some((each) => each === code);
  return isAnswer ? 'failed' : 'unanswered';
}

/** When given up, the C library goes on, but nobody waits for it. */
function askSystem(host: string, signal: AbortSignal): Promise<readonly HostAddress[]> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new NameError('unanswered', GIVEN_UP));
    signal.addEventListener('abort', giveUp, { once: true });
    if (signal.aborted) giveUp();
    lookup(host, { all: true, verbatim: true }, (error, addresses) => {
      signal.removeEventListener('abort', giveUp);
      if (error === null) resolve(byFamily(addresses));
      else reject(new NameError('not-found', undefined, { cause: error }));
    });
  });
}

function toAddress(address: string): HostAddress {
  return { address, family: isIP(address) };
}

function byFamily(addresses: readonly HostAddress[]): readonly HostAddress[] {
  return addresses.toSorted((one, other) => one.family - other.family);
}
