/** One line of a `.dockerignore`: what it matches is left out, or taken in again when it began with `!`. */
export interface IgnoreRule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

/**
 * Reads a `.dockerignore` as `docker build` does.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnoreRules(text: string): readonly IgnoreRule[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = (isException ? line.slice(1).trim() : line).replace(/^\/|\/$/g, '');
      return { pattern: toRegExp(pattern), isException };
    });
}

/** `**` is any number of folders, `*` and `?` stop at a slash; a leading dot is nothing special. */
function toRegExp(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((name) =>
      name === '**'
        ? '(?:.*/)?'
        : `${name
            .split(/([*?])/)
            .map(toSource)
            .join('')}/`,
    )
    .join('');
  return new RegExp(`^${source}$`);
}

function toSource(part: string): string {
  if (part === '*') return '[^/]*';
  return part === '?' ? '[^/]' : RegExp.escape(part);
}

/** Whether a path from the context's root is left out: the last rule that matches it, or a folder it is in, decides. */
export function isIgnored(path: string, rules: readonly IgnoreRule[]): boolean {
  const names = path.split('/');
  const candidates = names.map((_, index) => `${names.slice(0, index + 1).join('/')}/`);
  const last = rules.findLast(({ pattern }) => candidates.some((candidate) => pattern.test(candidate)));
  return last !== undefined && !last.isException;
}
