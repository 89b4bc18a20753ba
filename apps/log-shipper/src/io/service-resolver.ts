import { askInTurn, NameError, type NameSources, readNamesToAsk } from '@wharf/agent';
import { type Message, renderName, sameName } from '@wharf/dns-wire';
import type { ServiceRecord } from '../receivers/choose-service-targets.ts';
import type { AskNameServers } from './ask-name-servers.ts';

/**
 * The SRV records of a name; at least one.
 * @param signal gives up at once
 * @throws NameError
 */
export type ServiceResolver = (name: string, signal: AbortSignal) => Promise<readonly ServiceRecord[]>;

/**
 * Asks the name servers and searches the domains of `/etc/resolv.conf`. Node's own resolver would do, did it tell how long
 * SRV records hold.
 */
export function createServiceResolver(
  ask: AskNameServers,
  { resolvConf }: Pick<NameSources, 'resolvConf'> = {},
): ServiceResolver {
  return async (name, signal) => {
    const names = await readNamesToAsk(name, resolvConf);
    try {
      return await askInTurn(names, async (each) => serviceRecords(await ask(each, 'SRV', signal)));
    } catch (error) {
      const isUnknown = error instanceof NameError && error.code === 'not-found';
      throw isUnknown ? new NameError('not-found', 'the name has no SRV record', { cause: error }) : error;
    }
  };
}

/** The records at the name or at what it is an alias of. A set of records holds as long as the least of them. */
function serviceRecords({ questions: [question], answers }: Message): readonly ServiceRecord[] {
  if (question === undefined) return [];
  let { name } = question;
  const ttls: number[] = [];
  for (const record of answers) {
    if (record.type !== 'CNAME' || !sameName(record.name, name)) continue;
    name = record.target;
    ttls.push(record.ttl);
  }
  const records = answers.flatMap((record) => (record.type === 'SRV' && sameName(record.name, name) ? [record] : []));
  const ttlSeconds = Math.min(...ttls, ...records.map(({ ttl }) => ttl));
  return records.map(({ priority, weight, port, target }) => ({
    priority,
    weight,
    port,
    target: renderName(target).replace(/\.$/, ''),
    ttlSeconds,
  }));
}
