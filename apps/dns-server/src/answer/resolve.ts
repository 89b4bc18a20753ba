import type { CnameRecord, ResourceRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import { nameIdentity } from '../records/names.ts';
import { MAX_CHAIN_LINKS } from './addresses.ts';
import { aliasOf } from './alias.ts';
import type { AnswerContext } from './context.ts';
import type { Answerer } from './records-of-type.ts';
import { rotate } from './rrsets.ts';

/**
 * What a name comes to, after its aliases:
 * - `data`: the last name has records that are wanted.
 * - `no-data`: the last name exists, but has none of them.
 * - `no-name`: the last name does not exist.
 * - `outside`: the chain leaves the zones: whoever asks goes on from the last alias.
 * - `circle`: the last alias leads to a name that was there already.
 * - `too-long`: the last name is another alias, which is one too many.
 */
export interface Resolution {
  readonly outcome: 'data' | 'no-data' | 'no-name' | 'outside' | 'circle' | 'too-long';
  /** The last name of the chain: the question's own where there is no alias. */
  readonly name: Labels;
  /** The chain in its order, from the question's name on. */
  readonly aliases: readonly CnameRecord[];
  readonly data: readonly ResourceRecord[];
}

/**
 * Resolves a name of the zones with what is known here (RFC 1034, section 4.3.2).
 * @param answerer makes the records that are wanted: `answererOf(type)`
 * @param maxLinks the most aliases that are followed
 */
export function resolve(
  question: Labels,
  answerer: Answerer,
  context: AnswerContext,
  maxLinks = MAX_CHAIN_LINKS,
): Resolution {
  const aliases: CnameRecord[] = [];
  const visited = new Set<string>();
  for (let name = question; ; ) {
    visited.add(nameIdentity(name));
    const records = context.lookUp(name);
    if (records === undefined) return { outcome: 'no-name', name, aliases, data: [] };
    const data = rotate(answerer(name, records, context), context.turn);
    if (data.length > 0) return { outcome: 'data', name, aliases, data };
    const alias = aliasOf(name, records, context);
    if (alias === undefined) return { outcome: 'no-data', name, aliases, data };
    if (aliases.length === maxLinks) return { outcome: 'too-long', name, aliases, data };
    aliases.push(alias);
    name = alias.target;
    if (visited.has(nameIdentity(name))) return { outcome: 'circle', name, aliases, data };
    if (context.zoneOf(name) === undefined) return { outcome: 'outside', name, aliases, data };
  }
}
