import type { Labels } from './domain.ts';
import { canonicalLabel } from './label.ts';

/** What SkyDNS, and CoreDNS with its etcd plugin, look for below `dns`, the most general label of the name. */
const RESERVED: ReadonlySet<string> = new Set(['ns', 'local', 'apex', 'stub']);

/**
 * Why a name within a domain cannot be a service's, as a sentence, or undefined when it can. Below `dns.<domain>` servers do
 * not find services but what they are told about the zone: its name servers (`ns`), their own addresses (`local`, `apex`),
 * and where to send the queries for whole other zones (`stub`). Whoever writes there answers for names that are not his.
 * It is refused at any depth, because the domain that services are registered in may be above that of a zone.
 * @param labels without those of the domain
 */
export function reservedNameProblem(labels: Labels): string | undefined {
  const canonical = labels.map(canonicalLabel);
  const at = canonical.findIndex((label, index) => RESERVED.has(label) && canonical[index + 1] === 'dns');
  return at === -1
    ? undefined
    : `what is below ${canonical[at]}.dns tells DNS servers about the zone, and is no service`;
}
