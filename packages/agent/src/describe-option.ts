import type { OptionDeclaration } from './options.ts';

/** How an option is written with its value: `-ttl <seconds>`, `-internal`; undefined for what only a variable sets. */
export function renderUsage({ flag, type }: OptionDeclaration<unknown>): string | undefined {
  if (flag === undefined) return undefined;
  return type.isSwitch === true ? `-${flag}` : `-${flag} <${type.placeholder}>`;
}

/** The default as one would type it; undefined when there is none, or none to be shown. */
export function renderDefault({ type, default: value, secret }: OptionDeclaration<unknown>): string | undefined {
  if (value === undefined || secret === true) return undefined;
  const text = type.render(value);
  return text === '' ? undefined : text;
}

/** The summary, or what to know about an option that is accepted and ignored. */
export function renderMeaning({ summary, deprecated }: OptionDeclaration<unknown>): string {
  return deprecated === undefined ? summary : `Accepted, does nothing: ${deprecated}`;
}
