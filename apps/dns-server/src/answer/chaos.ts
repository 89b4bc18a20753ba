import { type ExtendedError, ExtendedErrorCode, type Question, Rcode, type ResourceRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import { nameIdentity } from '../records/names.ts';
import { emptyReply, type Reply } from './reply.ts';

/** Which server it is that answers. */
export interface ServerFacts {
  readonly version: string;
  readonly hostname: string;
}

const refuse = (text: string): ExtendedError => ({ code: ExtendedErrorCode.PROHIBITED, text });
const notTold = refuse('the server does not say what it is');
const notThis = refuse('the server says nothing about itself at this name');

/** The names that name servers answer to in class CH (RFC 4892, section 2), and SkyDNS's, with what they tell. */
const tellers: readonly (readonly [name: Labels, tell: (server: ServerFacts) => string])[] = [
  [['version', 'bind'], ({ version }) => version],
  [['version', 'server'], ({ version }) => version],
  [['hostname', 'bind'], ({ hostname }) => hostname],
  [['id', 'server'], ({ hostname }) => hostname],
  [['authors', 'bind'], () => 'the Wharf developers'],
];

const tellerOf = new Map(tellers.map(([name, tell]) => [nameIdentity(name), tell]));

/**
 * Answers a question of class CH, which is about the server itself: as TXT, not to be kept. Nothing else exists there.
 * @param server undefined when it is not to be told
 */
export function answerChaos({ name, type }: Question, server: ServerFacts | undefined): Reply {
  if (server === undefined) return emptyReply(Rcode.REFUSED, notTold);
  const tell = tellerOf.get(nameIdentity(name));
  if (tell === undefined) return emptyReply(Rcode.REFUSED, notThis);
  const answer: ResourceRecord = { name, class: 'CH', ttl: 0, type: 'TXT', strings: [tell(server)] };
  const answers = type === 'TXT' || type === 'ANY' ? [answer] : [];
  return { ...emptyReply(Rcode.NOERROR), authoritative: true, answers };
}
