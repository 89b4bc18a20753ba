import type { NamingRule } from './service.ts';

/** What the name of a service depends on. */
export interface NamingFacts {
  /** SERVICE_NAME or SERVICE_<port>_NAME; empty when there is none. */
  readonly given: string;
  /** The name was given for this port alone, even if it is empty. */
  readonly namedByPort: boolean;
  /** What the name is when none is given: the image's, or what the operator's label says. */
  readonly fallback: string;
  readonly containerPort: number;
  /** How many ports of the container can be announced. */
  readonly registrable: number;
  /** How many ports the container has. */
  readonly known: number;
}

/**
 * The name of a service: the given one or the fallback, and in some cases `-<container port>` after it. The original
 * changed its rule twice:
 * - `v5`: a fallback is suffixed when more than one port is published; a given name never.
 * - `v7`: any name is suffixed when the container has more than one port, published or not.
 * - `head`: any name that was not given for the port itself is suffixed when more than one port is published.
 */
export function serviceName(facts: NamingFacts, rule: NamingRule): string {
  const name = facts.given === '' ? facts.fallback : facts.given;
  return isSuffixed[rule](facts) ? `${name}-${facts.containerPort}` : name;
}

const isSuffixed: Readonly<Record<NamingRule, (facts: NamingFacts) => boolean>> = {
  v5: ({ given, registrable }) => given === '' && registrable > 1,
  v7: ({ known }) => known > 1,
  head: ({ namedByPort, registrable }) => !namedByPort && registrable > 1,
};

/**
 * An image's own name: `registry:5000/team/app:1.2` and `app@sha256:...` are both `app`. The original leaves
 * `app@sha256`, which is no host name.
 */
export function imageName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.replace(/[:@].*$/s, '');
}
