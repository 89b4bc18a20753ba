/** A file that holds a part of a container's log, by its name. */
export interface LogFileName {
  readonly name: string;
  /** 0 for the file that is written to, then 1, 2, ... for older ones. */
  readonly age: number;
  readonly isCompressed: boolean;
}

/** The name of the file that Docker's json-file driver writes to; older ones have `.1`, `.2`, ... or `.1.gz` behind it. */
export function currentLogName(id: string): string {
  return `${id}-json.log`;
}

/**
 * The log files among the names of a folder, oldest first. While a file is being compressed both are there: the
 * compressed one is left out until the other is gone.
 */
export function orderLogFiles(names: readonly string[], id: string): readonly LogFileName[] {
  const byAge = new Map<number, LogFileName>();
  for (const name of names) {
    const file = parseLogFileName(name, id);
    if (file === undefined || (file.isCompressed && byAge.has(file.age))) continue;
    byAge.set(file.age, file);
  }
  return [...byAge.values()].sort((one, other) => other.age - one.age);
}

const SUFFIX = /^(?:\.(?<age>[1-9]\d{0,5})(?<compressed>\.gz)?)?$/;

function parseLogFileName(name: string, id: string): LogFileName | undefined {
  const current = currentLogName(id);
  const found = name.startsWith(current) ? SUFFIX.exec(name.slice(current.length)) : null;
  if (found === null) return undefined;
  const { age = '0', compressed } = found.groups ?? {};
  return { name, age: Number(age), isCompressed: compressed !== undefined };
}
