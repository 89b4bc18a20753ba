import { type HostAddress, type HostResolver, NameError } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import { answeredRecords } from './answered-records.ts';
import type { AskNameServers } from './ask-name-servers.ts';

/** Node's resolver takes no other characters in a name, and says so without asking anybody. */
const ORDINARY = /^[\w.*/-]*$/;

/**
 * Finds the addresses of what SRV records point to. Registrars write IDs such as `host-1:web:80`, which are names for DNS,
 * but none for Node's resolver: those are asked of the name servers directly.
 */
export function createTargetResolver(resolveHost: HostResolver, ask: AskNameServers): HostResolver {
  return async (target, signal) => {
    if (ORDINARY.test(target)) return resolveHost(target, signal);
    const answers = await Promise.allSettled([ask(target, 'A', signal), ask(target, 'AAAA', signal)]);
    const found = answers.flatMap((each) => (each.status === 'fulfilled' ? addressesIn(each.value) : []));
    if (found.length > 0) return found;
    const [reason] = answers.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    throw reason instanceof NameError ? reason : new NameError('not-found', undefined, { cause: reason });
  };
}

function addressesIn(answer: Message): readonly HostAddress[] {
  const type = answer.questions[0]?.type === 'AAAA' ? 'AAAA' : 'A';
  const { records, ttlSeconds } = answeredRecords(answer, type);
  return records.map(({ address }) => ({ address, family: type === 'A' ? 4 : 6, ttlSeconds }));
}
