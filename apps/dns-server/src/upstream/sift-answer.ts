import { type Message, type Name, type Question, type ResourceRecord, typeCode } from '@wharf/dns-wire';
import { isWithin, nameIdentity } from '../records/names.ts';

/** RRSIG, NSEC and NSEC3 (RFC 4034, RFC 5155): what proves another record, or that there is none. */
const PROOF_TYPES: ReadonlySet<number> = new Set([46, 47, 50]);
const RRSIG = 46;

/**
 * The answer without what was not asked for, which whoever sent it may have put in to be believed (RFC 2181, section
 * 5.4.1; RFC 5452, section 6). There remain, in their order:
 * - answers of the type asked for and CNAMEs, whose owner is the name asked for or one that its CNAMEs lead to;
 * - of the authorities, SOA and NS records of a zone that holds the last of these names, and their proofs;
 * - of the additional records, addresses of names that the others point to;
 * - signatures of any of these.
 * What is sifted already comes back as it is.
 */
export function siftAnswer(question: Question, message: Message): Message {
  const chain = aliasChain(question, message.answers);
  const owners = new Set(chain.map(nameIdentity));
  const last = chain.at(-1) ?? question.name;
  const answers = message.answers.filter(
    (record) => isOfClass(record, question) && owners.has(nameIdentity(record.name)) && isOfType(record, question),
  );
  const isZone = (record: ResourceRecord): boolean =>
    (record.type === 'SOA' || record.type === 'NS') && isWithin(last, record.name);
  // Zones above one name: never more than it has labels, however many records there are.
  const zones = new Map(
    message.authorities
      .filter((record) => isOfClass(record, question) && isZone(record))
      .map(({ name }) => [nameIdentity(name), name]),
  );
  const authorities = message.authorities.filter(
    (record) => isOfClass(record, question) && (isZone(record) || isProofWithin(record, zones.values())),
  );
  const targets = new Set([...answers, ...authorities].flatMap(targetsOf).map(nameIdentity));
  const additionals = message.additionals.filter(
    (record) => isOfClass(record, question) && targets.has(nameIdentity(record.name)) && isAddressOrSignature(record),
  );
  return { ...message, questions: [question], answers, authorities, additionals };
}

/**
 * The name asked for, and the names that CNAMEs lead to from there, in their order. A circle ends before its first name
 * comes again; of several CNAMEs at one name the first counts.
 */
export function aliasChain(question: Question, answers: readonly ResourceRecord[]): readonly Name[] {
  const chain: Name[] = [question.name];
  if (question.type === 'CNAME' || question.type === 'ANY') return chain;
  const aliases = new Map<string, Name>();
  for (const record of answers) {
    const owner = nameIdentity(record.name);
    if (record.type !== 'CNAME' || !isOfClass(record, question) || aliases.has(owner)) continue;
    aliases.set(owner, record.target);
  }
  const seen = new Set<string>();
  for (let owner = nameIdentity(question.name); !seen.has(owner); ) {
    seen.add(owner);
    const target = aliases.get(owner);
    if (target === undefined) break;
    owner = nameIdentity(target);
    if (!seen.has(owner)) chain.push(target);
  }
  return chain;
}

/** Whether a record has the type that is asked for, whether or not this server knows that type. */
export function isAskedType(record: ResourceRecord, { type }: Question): boolean {
  if (type === 'ANY') return true;
  return record.type === 'UNKNOWN' ? record.typeCode === typeCode(type) : record.type === type;
}

function isOfClass(record: ResourceRecord, question: Question): boolean {
  return question.class === 'ANY' || record.class === question.class;
}

function isOfType(record: ResourceRecord, question: Question): boolean {
  return record.type === 'CNAME' || isAskedType(record, question) || isSignature(record);
}

function isSignature(record: ResourceRecord): boolean {
  return record.type === 'UNKNOWN' && record.typeCode === RRSIG;
}

function isProofWithin(record: ResourceRecord, zones: Iterable<Name>): boolean {
  if (record.type !== 'UNKNOWN' || !PROOF_TYPES.has(record.typeCode)) return false;
  return Iterator.from(zones).some((zone) => isWithin(record.name, zone));
}

function isAddressOrSignature(record: ResourceRecord): boolean {
  return record.type === 'A' || record.type === 'AAAA' || isSignature(record);
}

function targetsOf(record: ResourceRecord): readonly Name[] {
  if (record.type === 'NS' || record.type === 'SRV') return [record.target];
  return record.type === 'MX' ? [record.exchange] : [];
}
