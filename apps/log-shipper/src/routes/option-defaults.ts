import type { OptionTable, OptionValues } from '@wharf/agent';

/** The values of options of which none is given. */
export function optionDefaults<T extends OptionTable>(table: T): OptionValues<T>;
export function optionDefaults(table: OptionTable): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(table).map(([name, declaration]) => [name, declaration.default]));
}
