import { askInTurn, NameError, type NameSources, readNamesToAsk } from '@wharf/agent';
import { type Message, renderName } from '@wharf/dns-wire';
import type { ServiceRecord } from '../receivers/choose-service-targets.ts';
import { answeredRecords } from './answered-records.ts';
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

function serviceRecords(answer: Message): readonly ServiceRecord[] {
  const { records, ttlSeconds } = answeredRecords(answer, 'SRV');
  return records.map(({ priority, weight, port, target }) => ({
    priority,
    weight,
    port,
    target: renderName(target).replace(/\.$/, ''),
    ttlSeconds,
  }));
}
