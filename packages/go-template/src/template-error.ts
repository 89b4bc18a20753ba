/**
 * What kind of thing went wrong: `syntax` and `unknown-name` when a template is parsed, `evaluation` when it meets data that it
 * cannot work on, `limit` when either would take more than it may.
 */
export type TemplateErrorCode = 'syntax' | 'unknown-name' | 'evaluation' | 'limit';

/** Why a template has no value. The sentence may repeat the template's text, never the data's. */
export interface TemplateError {
  readonly code: TemplateErrorCode;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** `line:column: ` and a sentence. */
  readonly message: string;
}

/** How a failure travels inside this package, and how a function given to a template says why it has no result. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure';
  readonly code: TemplateErrorCode;
  /** Where in the template, or undefined until somebody who knows adds it. */
  readonly offset: number | undefined;

  constructor(code: TemplateErrorCode, message: string, offset?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.offset = offset;
  }
}

/** Runs `work`; a failure without a place gets `offset`. */
export function located<Value>(offset: number, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw locatedFailure(error, offset);
  }
}

/** Any thrown thing as a failure with a place. A strange error's own text is not repeated: it may quote the data. */
export function locatedFailure(error: unknown, offset: number): TemplateFailure {
  if (!(error instanceof TemplateFailure)) {
    return new TemplateFailure('evaluation', 'a function or the data failed unexpectedly', offset, { cause: error });
  }
  if (error.offset !== undefined) return error;
  return new TemplateFailure(error.code, error.message, offset, { cause: error });
}

/** The error for users: the place as line and column of `text`. */
export function describeFailure(text: string, failure: TemplateFailure): TemplateError {
  const before = text.slice(0, failure.offset ?? 0);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return { code: failure.code, line, column, message: `${line}:${column}: ${failure.message}` };
}
