/** What a fleet unit says about the container that it runs. */
export interface FleetUnit {
  /** `[X-Fleet] Global=true`: one on every host. */
  readonly isGlobal: boolean;
  /** Its `Environment=`: what the variables stand for where no file says otherwise. */
  readonly defaults: Readonly<Record<string, string>>;
  /** The image, such as `wharf/registrar:latest`. */
  readonly image: string;
  /** What follows the image: the agent's own arguments. */
  readonly args: readonly string[];
  /** `--env` of `docker run`; a name alone is passed on, if the unit has it. */
  readonly env: Readonly<Record<string, string>>;
}

/** Options of `docker run` that stand alone; all others in the units take the next word as their value. */
const switches = new Set(['--read-only', '--rm']);

/**
 * Reads a unit's text as systemd does, with `values` for what is in its environment files, and for the specifier `%H`.
 * @throws Error when it has no ExecStart with `docker run`, or names a variable that has no value
 */
export function parseFleetUnit(text: string, values: Readonly<Record<string, string>>): FleetUnit {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  const defaults = readDefaults(lines);
  const command = lines
    .map((line) => /^ExecStart=\S*docker run (.*)$/.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (command === undefined) throw new Error('the unit has no ExecStart with docker run');
  const known = { ...defaults, ...values };
  const words = command
    .trim()
    .split(/\s+/)
    .flatMap((word) => expandWord(word, known));
  const env: Record<string, string> = {};
  let index = 0;
  for (; words[index]?.startsWith('--') === true; index++) {
    const option = words[index] ?? '';
    if (switches.has(option)) continue;
    index++;
    if (option !== '--env') continue;
    const [name = '', ...value] = (words[index] ?? '').split('=');
    const given = value.length === 0 ? known[name] : value.join('=');
    if (given !== undefined) env[name] = given;
  }
  return {
    isGlobal: /^\[X-Fleet\]\nGlobal=true$/m.test(text),
    defaults,
    image: words[index] ?? '',
    args: words.slice(index + 1),
    env,
  };
}

function readDefaults(lines: readonly string[]): Readonly<Record<string, string>> {
  const assignments = lines.flatMap((line) => /^Environment=(.*)$/.exec(line)?.[1]?.trim().split(/\s+/) ?? []);
  return Object.fromEntries(assignments.map((text) => text.split(/=(.*)/s, 2)));
}

/**
 * Source: systemd.service(5), "Command lines": `${NAME}` is one word or a part of one, `$NAME` as a word of its own as many
 * as its value has.
 */
function expandWord(word: string, values: Readonly<Record<string, string>>): readonly string[] {
  const valueOf = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`the unit does not say what ${name} is`);
    return value;
  };
  const split = /^\$(\w+)$/.exec(word)?.[1];
  if (split !== undefined)
    return valueOf(split)
      .split(/\s+/)
      .filter((part) => part !== '');
  return [word.replace(/\$\{(\w+)\}|%(H)/g, (_whole, name, specifier) => valueOf(String(name ?? specifier)))];
}
