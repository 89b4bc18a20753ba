import type { Message, Question, ResourceRecord } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import { nameIdentity } from '../records/names.ts';
import { aliasChain } from '../upstream/sift-answer.ts';
import { MAX_CHAIN_LINKS } from './addresses.ts';
import { isAnsweredHere } from './answered-here.ts';
import type { AnswerContext } from './context.ts';
import type { OutsideAnswer } from './outside-lookup.ts';
import { answererOf } from './records-of-type.ts';
import { type Resolution, resolve } from './resolve.ts';

/** Where a question leads, and the aliases on the way to there in their order: to a name of the zones, or outside of them. */
export type WideResolution =
  | { readonly place: 'here'; readonly aliases: readonly ResourceRecord[]; readonly end: Resolution }
  | { readonly place: 'outside'; readonly aliases: readonly ResourceRecord[]; readonly answer: OutsideAnswer };

/**
 * Resolves a question through aliases that lead out of the zones and back into them: what is in the zones is known here
 * alone, whatever others say about it. The links of all parts of the chain count together.
 */
export function resolveEverywhere(question: Question, context: AnswerContext): WideResolution {
  const begun = new Set<string>();
  const aliases: ResourceRecord[] = [];
  for (let name = question.name; ; ) {
    begun.add(nameIdentity(name));
    if (isAnsweredHere(name, context)) {
      const end = resolve(name, answererOf(question.type), context, MAX_CHAIN_LINKS - aliases.length);
      aliases.push(...end.aliases);
      if (end.outcome !== 'outside') return { place: 'here', aliases, end };
      name = end.name;
      if (begun.has(nameIdentity(name))) return { place: 'here', aliases, end: brokenOff('circle', name) };
    } else {
      const answer = context.elsewhere({ ...question, name }, 'needed');
      const back = answer.outcome === 'answered' ? wayBack({ ...question, name }, answer.message, context) : undefined;
      if (back === undefined) return { place: 'outside', aliases, answer };
      aliases.push(...back.aliases);
      name = back.target;
      if (begun.has(nameIdentity(name))) return { place: 'here', aliases, end: brokenOff('circle', name) };
      if (aliases.length > MAX_CHAIN_LINKS) return { place: 'here', aliases, end: brokenOff('too-long', name) };
    }
  }
}

/** Nothing more is looked at, at the name that the aliases lead to. */
function brokenOff(outcome: 'circle' | 'too-long', name: Labels): Resolution {
  return { outcome, name, aliases: [], data: [] };
}

interface WayBack {
  readonly aliases: readonly ResourceRecord[];
  readonly target: Labels;
}

/** The aliases of an answer up to the first that leads into the zones; undefined when none does. */
function wayBack(question: Question, { answers }: Message, { zoneOf }: AnswerContext): WayBack | undefined {
  const chain = aliasChain(question, answers);
  const at = chain.findIndex((name) => zoneOf(name) !== undefined);
  const target = chain[at];
  if (target === undefined) return undefined;
  const owners = new Set(chain.slice(0, at).map(nameIdentity));
  return {
    target,
    aliases: answers.filter((record) => record.type === 'CNAME' && owners.has(nameIdentity(record.name))),
  };
}
