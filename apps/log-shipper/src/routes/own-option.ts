import type { OptionTable, OptionType } from '@wharf/agent';
import type { Destination } from './route.ts';
import type { RouteOption } from './route-options.ts';

/** What of a table a route may have for itself, under the flag's name. */
export function routeOptionsOf(table: OptionTable, of?: (destination: Destination) => boolean): readonly RouteOption[] {
  return Object.values(table).flatMap(({ flag, summary, type }) => {
    if (flag === undefined) return [];
    const parse = (text: string) => type.parse(routeText(text, type));
    return [{ name: flag, summary, parse, ...(of === undefined ? {} : { of }) }];
  });
}

/**
 * The value of a route's own option, or else the agent's.
 * @throws TypeError for an option that `routeOptionsOf` refuses
 */
export function ownOption<T>(
  options: ReadonlyMap<string, string>,
  { flag, type }: { readonly flag: string; readonly type: OptionType<T> },
  otherwise: NoInfer<T>,
): T {
  const text = options.get(flag);
  if (text === undefined) return otherwise;
  const parsed = type.parse(routeText(text, type));
  if (!parsed.ok) throw new TypeError(`${flag} ${parsed.error}`);
  return parsed.value;
}

/** `?parse-json` is short for `?parse-json=true`. */
function routeText(text: string, { isSwitch }: Pick<OptionType<unknown>, 'isSwitch'>): string {
  return text === '' && isSwitch === true ? 'true' : text;
}
