import { createHostResolver, type HostResolver, NameError, type NameSources } from '@wharf/agent';
import { type Address, isServiceName } from '../receivers/address.ts';
import { chooseServiceTargets, type ServiceRecord } from '../receivers/choose-service-targets.ts';
import { createAskNameServers } from './ask-name-servers.ts';
import { createServiceResolver } from './service-resolver.ts';
import { createTargetResolver } from './target-resolver.ts';

export type { Address } from '../receivers/address.ts';

/**
 * All addresses of a name, or of an address itself; rejects when there is none. A name that begins with `_` stands for the
 * targets of its SRV records.
 * @param signal gives up at once
 */
export type Lookup = (host: string, signal?: AbortSignal) => Promise<readonly Address[]>;

/** Asks the hosts file and the name servers that are given, those of this host when absent. */
export function createLookup(sources: NameSources = {}): Lookup {
  const ask = createAskNameServers(sources.servers);
  const resolveHost = createHostResolver(sources);
  const resolveServices = createServiceResolver(ask, sources);
  const resolveTarget = createTargetResolver(resolveHost, ask);
  return async (host, signal = new AbortController().signal) => {
    if (!isServiceName(host)) return resolveHost(host, signal);
    const records = chooseServiceTargets(await resolveServices(host, signal));
    return resolveTargets(records, resolveTarget, signal);
  };
}

/** As this host resolves names. */
export const systemLookup: Lookup = createLookup();

/** Those whose name does not resolve are left out. @throws NameError when none does */
async function resolveTargets(
  records: readonly ServiceRecord[],
  resolveTarget: HostResolver,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const answers = await Promise.allSettled(records.map(({ target }) => resolveTarget(`${target}.`, signal)));
  const found = records.flatMap(({ ttlSeconds, ...service }, index): readonly Address[] => {
    const answer = answers[index];
    if (answer?.status !== 'fulfilled') return [];
    return answer.value.map((address) => ({
      ...address,
      ttlSeconds: Math.min(ttlSeconds, address.ttlSeconds ?? ttlSeconds),
      service,
    }));
  });
  if (found.length > 0) return found;
  const [reason] = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
  const code = reason instanceof NameError ? reason.code : 'unanswered';
  const why = code === 'not-found' ? 'the targets of the SRV records do not resolve' : undefined;
  throw new NameError(code, why, { cause: reason });
}

/** A network error as the end of a sentence that begins with what was tried. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FAILURES[code] ?? error.message;
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the receiver',
  EPIPE: 'connection closed by the receiver',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'the network is unreachable',
};
