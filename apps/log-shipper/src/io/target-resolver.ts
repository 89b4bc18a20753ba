import { type HostAddress, type HostResolver, NameError } from '@wharf/agent';
import { type Message, type Name, sameName } from '@wharf/dns-wire';
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

/** Those of the name asked for, or of what it is an alias of. */
function addressesIn({ questions: [question], answers }: Message): readonly HostAddress[] {
  if (question === undefined) return [];
  let name: Name = question.name;
  for (const record of answers) if (record.type === 'CNAME' && sameName(record.name, name)) name = record.target;
  return answers.flatMap((record): readonly HostAddress[] => {
    if ((record.type !== 'A' && record.type !== 'AAAA') || !sameName(record.name, name)) return [];
    return [{ address: record.address, family: record.type === 'A' ? 4 : 6, ttlSeconds: record.ttl }];
  });
}
