import { Resolver } from 'node:dns/promises';
import { type HostPort, NameError } from '@wharf/agent';
import { type Message, parseName, type Question, Rcode } from '@wharf/dns-wire';
import { askNameServer } from './ask-name-server.ts';

/**
 * What the first name server says that knows whether there is such a name, be it that there is none.
 * @param name in full, with or without the dot at its end
 * @throws NameError when none does
 */
export type AskNameServers = (name: string, type: Question['type'], signal: AbortSignal) => Promise<Message>;

/** How often each name server is asked, one after the other. */
const ROUNDS = 2;

/** @param servers those of this host when absent, as they are at each question */
export function createAskNameServers(servers?: readonly string[]): AskNameServers {
  return async (text, type, signal) => {
    const asked = (servers ?? new Resolver().getServers()).map(parseServer);
    const name = parseName(text.endsWith('.') ? text : `${text}.`);
    if (!name.ok) throw new NameError('not-found', undefined, { cause: name.error });
    let failure = new NameError('unanswered');
    for (const server of Array.from({ length: ROUNDS }, () => asked).flat()) {
      try {
        const answer = await askNameServer(server, { name: name.value, type, class: 'IN' }, signal);
        if (answer.rcode === Rcode.NOERROR || answer.rcode === Rcode.NXDOMAIN) return answer;
        failure = new NameError('failed');
      } catch (error) {
        if (!(error instanceof NameError)) throw error;
        if (error.code === 'not-found') throw error;
      }
      if (signal.aborted) throw new NameError('unanswered', 'no name server answers in time');
    }
    throw failure;
  };
}

/** As `Resolver.getServers` writes them: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
function parseServer(text: string): HostPort {
  const [, host = text, port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(isBareIpv6(text) ? '' : text) ?? [];
  return { host, port: Number(port) };
}

function isBareIpv6(text: string): boolean {
  return !text.startsWith('[') && text.split(':').length > 2;
}
