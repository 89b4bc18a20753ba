/** What a fleet unit says about the container that it runs. */
export interface FleetUnit {
  /** `[X-Fleet] Global=true`: one on every host. */
  readonly isGlobal: boolean;
  /** The image, such as `wharf/registrar`. */
  readonly image: string;
  /** What follows the image: the agent's own arguments. */
  readonly args: readonly string[];
  /** `--env` of `docker run`. */
  readonly env: Readonly<Record<string, string>>;
}

/** Options of `docker run` that stand alone; all others in the units take the next word as their value. */
const switches = new Set(['--read-only', '--rm']);

/**
 * Reads a unit's text; `${NAME}` and `%H` are replaced by `values`.
 * @throws Error when it has no ExecStart with `docker run`
 */
export function parseFleetUnit(text: string, values: Readonly<Record<string, string>>): FleetUnit {
  const joined = text.replace(/\\\n\s*/g, ' ');
  const command = /^ExecStart=\S*docker run (.*)$/m.exec(joined)?.[1];
  if (command === undefined) throw new Error('the unit has no ExecStart with docker run');
  const words = command
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/\$\{(\w+)\}|%(H)/g, (whole, name, specifier) => values[name ?? specifier] ?? whole));
  const env: Record<string, string> = {};
  let index = 0;
  for (; words[index]?.startsWith('--') === true; index++) {
    const option = words[index] ?? '';
    if (switches.has(option)) continue;
    index++;
    if (option !== '--env') continue;
    const [name = '', ...value] = (words[index] ?? '').split('=');
    env[name] = value.join('=');
  }
  return {
    isGlobal: /^\[X-Fleet\]\nGlobal=true$/m.test(text),
    image: words[index] ?? '',
    args: words.slice(index + 1),
    env,
  };
}
