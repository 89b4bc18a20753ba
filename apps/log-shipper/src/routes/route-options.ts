import type { Result } from '@wharf/agent';
import { filterOptions } from './parse-filter.ts';
import type { Destination } from './route.ts';

/** An option that a route URI may have after its `?`, besides those of the filter. */
export interface RouteOption {
  readonly name: string;
  /** Checks the text; what it means is for whoever uses it. */
  readonly parse: (text: string) => Result<unknown, string>;
  /** One sentence, ending in a full stop. */
  readonly summary: string;
  /** Which destinations it is for; all when absent. */
  readonly of?: (destination: Destination) => boolean;
  /** The text names files of this host: whoever may only add routes from afar must not choose them. */
  readonly namesFiles?: true;
}

/**
 * What is wrong with the options of a route, as ends of sentences that begin with the route; empty when all is well.
 * Those of the filter are left out: see `parseFilter`.
 * @param destination undefined when it is wrong itself
 */
export function routeOptionErrors(
  options: ReadonlyMap<string, string>,
  destination: Destination | undefined,
  known: readonly RouteOption[],
): readonly string[] {
  const isMeant = ({ of }: RouteOption): boolean => of === undefined || destination === undefined || of(destination);
  return [...options].flatMap(([name, text]) => {
    const option = known.find((each) => each.name === name);
    if (option === undefined) {
      const names = [...filterOptions, ...known.filter(isMeant).map((each) => each.name)];
      return [`has an option ${name} that is not known; known are ${names.join(', ')}`];
    }
    if (!isMeant(option)) return [`has an option ${name} that has no meaning there`];
    const parsed = option.parse(text);
    return parsed.ok ? [] : [`has an option ${name} that ${parsed.error}`];
  });
}
