import type { Environment } from '@wharf/agent';

export interface ExpandedText {
  readonly text: string;
  /** Variables that the text names and the environment does not have, or has empty; each once, in order. */
  readonly unset: readonly string[];
}

const REFERENCE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Replaces `$NAME` and `${NAME}`; an unset variable becomes nothing, as in a shell. A value is not expanded again. */
export function expandVariables(text: string, env: Environment): ExpandedText {
  const unset = new Set<string>();
  const expanded = text.replace(REFERENCE, (_reference, braced?: string, plain?: string) => {
    const name = braced ?? plain ?? '';
    const value = env[name] ?? '';
    if (value === '') unset.add(name);
    return value;
  });
  return { text: expanded, unset: [...unset] };
}
