import { UserError } from '../user-error.ts';

/**
 * The parts of a benchmark that a variable asks for by name, in its order; all when it is empty or not set.
 * @param variable such as `DNS_BENCH`, with names separated by commas
 * @throws UserError naming the parts when there is no such part
 */
export function chooseParts<T>(
  variable: string,
  parts: Readonly<Record<string, T>>,
): readonly (readonly [string, T])[] {
  const names = process.env[variable] ?? '';
  if (names === '') return Object.entries(parts);
  return names.split(',').map((name) => {
    const part = parts[name];
    if (part === undefined) {
      throw new UserError(`${variable} has no part ${name}. There are: ${Object.keys(parts).join(', ')}.`);
    }
    return [name, part];
  });
}
