import { type Budget, createOutput, type Output } from './budget.ts';
import { scalarText, writeElements, writeValue } from './format-value.ts';
import { type Directive, formatScalar } from './format-verb.ts';
import { typeName, valueOf } from './value.ts';

/** Flags, width and precision (each may be `*`), and the verb. */
const directivePattern = /%([-+# 0]*)(\*|\d{1,9})?(?:\.(\*|\d{0,9}))?/y;

/**
 * Go's `Sprintf`, without argument indexes: `%[1]d` is a verb `[` that nobody knows. What does not fit shows as in Go:
 * `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`, `%!(NOVERB)`.
 */
export function sprintf(format: string, args: readonly unknown[], budget: Budget): string {
  const output = createOutput(budget);
  let used = 0;
  const nextNumber = () => {
    const value = args[used];
    used += 1;
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  };
  const size = (text: string | undefined) =>
    text === '*' ? nextNumber() : text === undefined ? undefined : Number(text);
  for (let at = 0; at < format.length; ) {
    const found = format.indexOf('%', at);
    output.write(format.slice(at, found < 0 ? undefined : found));
    if (found < 0) break;
    directivePattern.lastIndex = found;
    const [written = '%', flags = '', width, precision] = directivePattern.exec(format) ?? [];
    const verb = String.fromCodePoint(format.codePointAt(found + written.length) ?? 0);
    at = found + written.length + verb.length;
    const directive = directiveOf({ flags, width: size(width), precision: size(precision), verb });
    if (found + written.length >= format.length) output.write('%!(NOVERB)');
    else if (verb === '%') output.write('%');
    else if (used >= args.length) output.write(`%!${verb}(MISSING)`);
    else {
      writeDirective(output, directive, args[used], budget);
      used += 1;
    }
  }
  writeExtra(output, args.slice(used), budget);
  return output.text();
}

function directiveOf(read: {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}): Directive {
  const isLeft = read.flags.includes('-') || (read.width ?? 0) < 0;
  return {
    verb: read.verb,
    plus: read.flags.includes('+'),
    sharp: read.flags.includes('#'),
    space: read.flags.includes(' '),
    zero: read.flags.includes('0') && !isLeft,
    left: isLeft,
    width: Math.abs(read.width ?? 0),
    precision: read.precision !== undefined && read.precision < 0 ? undefined : read.precision,
  };
}

function writeDirective(output: Output, directive: Directive, value: unknown, budget: Budget): void {
  const text = (scalar: unknown) => formatScalar(directive, scalar, budget) ?? wrongType(directive.verb, scalar);
  if (directive.verb === 'T') output.write(formatScalar({ ...directive, verb: 's' }, typeName(value), budget) ?? '');
  else writeElements(output, value, budget, (scalar) => output.write(text(scalar)));
}

function wrongType(verb: string, value: unknown): string {
  const isNil = valueOf(value).kind === 'nil';
  return isNil ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${scalarText(value)})`;
}

function writeExtra(output: Output, args: readonly unknown[], budget: Budget): void {
  if (args.length === 0) return;
  output.write('%!(EXTRA ');
  for (const [index, value] of args.entries()) {
    if (index > 0) output.write(', ');
    output.write(typeName(value));
    if (valueOf(value).kind === 'nil') continue;
    output.write('=');
    writeValue(output, value, budget);
  }
  output.write(')');
}
