import { UserError } from '../user-error.ts';

/** The lines between which a generated part of a Markdown page stands. */
const begin = (name: string): string => `<!-- ${name}:begin -->`;
const end = (name: string): string => `<!-- ${name}:end -->`;

/**
 * The page with the generated part `name` replaced by `body`.
 * @throws UserError when the page has not exactly one such part
 */
export function replaceSection(page: string, name: string, body: string): string {
  const pieces = page.split(begin(name));
  const [before, rest] = pieces;
  const closing = rest?.split(end(name));
  const after = closing?.[1];
  if (before === undefined || pieces.length !== 2 || closing?.length !== 2 || after === undefined) {
    throw new UserError(`the page needs one ${begin(name)} and, below it, one ${end(name)}`);
  }
  return `${before}${begin(name)}\n\n${body.trim()}\n\n${end(name)}${after}`;
}
