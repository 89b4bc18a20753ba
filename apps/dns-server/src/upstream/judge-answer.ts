import { type Message, Rcode } from '@wharf/dns-wire';

const RCODE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Rcode).map(([name, code]) => [code, name]));

/**
 * Why an answer that was sifted is of no use, so that another server is asked; undefined when it is one. It continues a
 * sentence that begins with the server.
 */
export function answerProblem(message: Message): string | undefined {
  const { rcode, truncated, answers, authorities } = message;
  if (truncated) return 'truncated its answer over TCP';
  if (rcode === Rcode.NXDOMAIN) return undefined;
  if (rcode !== Rcode.NOERROR) return `answered ${RCODE_NAMES.get(rcode) ?? `with response code ${rcode}`}`;
  const types = new Set(authorities.map(({ type }) => type));
  // RFC 2308, section 2.2: an answer that there is nothing has an SOA record, or no NS records.
  const isReferral = answers.length === 0 && types.has('NS') && !types.has('SOA');
  return isReferral ? 'only names other servers, and does not ask them' : undefined;
}
