import { Resolver } from 'node:dns/promises';
import { askInTurn, type HostPort, NameError, type NameSources, readNamesToAsk } from '@wharf/agent';
import { type Message, type Name, parseName, Rcode, renderName, sameName } from '@wharf/dns-wire';
import type { ServiceRecord } from '../receivers/choose-service-targets.ts';
import { askNameServer } from './ask-name-server.ts';

/**
 * The SRV records of a name; at least one.
 * @param signal gives up at once
 * @throws NameError
 */
export type ServiceResolver = (name: string, signal: AbortSignal) => Promise<readonly ServiceRecord[]>;

/** How often each name server is asked, one after the other. */
const ROUNDS = 2;

/**
 * Asks the name servers and searches the domains of `/etc/resolv.conf`. Node's own resolver would do, did it tell how long
 * SRV records hold.
 */
export function createServiceResolver({
  servers,
  resolvConf,
}: Pick<NameSources, 'servers' | 'resolvConf'> = {}): ServiceResolver {
  return async (name, signal) => {
    const asked = (servers ?? new Resolver().getServers()).map(parseServer);
    const names = await readNamesToAsk(name, resolvConf);
    try {
      return await askInTurn(names, (each) => askServers(asked, each, signal));
    } catch (error) {
      const isUnknown = error instanceof NameError && error.code === 'not-found';
      throw isUnknown ? new NameError('not-found', 'the name has no SRV record', { cause: error }) : error;
    }
  };
}

async function askServers(
  servers: readonly HostPort[],
  text: string,
  signal: AbortSignal,
): Promise<readonly ServiceRecord[]> {
  const name = parseName(text.endsWith('.') ? text : `${text}.`);
  if (!name.ok) throw new NameError('not-found', undefined, { cause: name.error });
  let failure = new NameError('unanswered');
  for (const server of Array.from({ length: ROUNDS }, () => servers).flat()) {
    try {
      const answer = await askNameServer(server, { name: name.value, type: 'SRV', class: 'IN' }, signal);
      if (answer.rcode === Rcode.NOERROR || answer.rcode === Rcode.NXDOMAIN) return serviceRecords(answer, name.value);
      failure = new NameError('failed');
    } catch (error) {
      if (!(error instanceof NameError)) throw error;
      if (error.code === 'not-found') throw error;
    }
    if (signal.aborted) throw new NameError('unanswered', 'no name server answers in time');
  }
  throw failure;
}

/** The records at the name or at what it is an alias of. A set of records holds as long as the least of them. */
function serviceRecords({ answers }: Message, asked: Name): readonly ServiceRecord[] {
  let name = asked;
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

/** As `Resolver.getServers` writes them: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
function parseServer(text: string): HostPort {
  const [, host = text, port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(isBareIpv6(text) ? '' : text) ?? [];
  return { host, port: Number(port) };
}

function isBareIpv6(text: string): boolean {
  return !text.startsWith('[') && text.split(':').length > 2;
}
