import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../images/root.ts';

/** What the specifiers and variables of a unit stand for: `i`, `H`, `COREOS_PRIVATE_IPV4`. */
export type UnitValues = Readonly<Record<string, string>>;

/** The text of a unit of `fleet-units/`: `registrar.service`, `examples/web@.service`. */
export function readUnit(file: string): string {
  return readFileSync(join(root, 'fleet-units', file), 'utf8');
}

/**
 * The commands that a unit has under a name such as `ExecStart`, in words as systemd splits them: at blanks outside of
 * double quotes, `%i` and `${NAME}` replaced, a `-` in front (a failure does not count) left out.
 * @throws Error for a variable or specifier without a value
 */
export function unitCommands(text: string, name: string, values: UnitValues): readonly (readonly string[])[] {
  return settings(text, name).map((command) => {
    const words = command.replace(/^-/, '').match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
    return words.map((word) => replaceValues(word.replaceAll('"', ''), values));
  });
}

/** The values of a setting, one for each time that it stands there. */
export function settings(text: string, name: string): readonly string[] {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
}

function replaceValues(word: string, values: UnitValues): string {
  return word.replace(/\$\{(\w+)\}|%([a-zA-Z])/g, (whole, variable?: string, specifier?: string) => {
    const value = values[variable ?? specifier ?? ''];
    if (value === undefined) throw new Error(`nothing stands for ${whole} in the unit`);
    return value;
  });
}
