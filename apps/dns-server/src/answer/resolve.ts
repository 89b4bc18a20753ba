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
 * - `elsewhere`: the chain leaves the zones, comes back to a name that was there already, or is too long: whoever asks
 *   goes on from the last alias, or gives up.
 */
export interface Resolution {
  readonly outcome: 'data' | 'no-data' | 'no-name' | 'elsewhere';
  /** The last name of the chain: the question's own where there is no alias. */
  readonly name: Labels;
  /** The chain in its order, from the question's name on. */
  readonly aliases: readonly CnameRecord[];
  readonly data: readonly ResourceRecord[];
}

/**
 * Resolves a name of the zones with what is known here (RFC 1034, section 4.3.2).
 * @param answerer makes the records that are wanted: `answererOf(type)`
 */
export function resolve(question: Labels, answerer: Answerer, context: AnswerContext): Resolution {
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
    aliases.push(alias);
    const isOver = visited.has(nameIdentity(alias.target)) || aliases.length === MAX_CHAIN_LINKS;
    if (isOver || context.zoneOf(alias.target) === undefined) {
      return { outcome: 'elsewhere', name: alias.target, aliases, data };
    }
    name = alias.target;
  }
}
