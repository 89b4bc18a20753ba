/** A function that templates may call: it gets evaluated arguments, nil being null, and gives a value or throws. */
export type TemplateFunction = (...args: readonly unknown[]) => unknown;

/** A function in the data, to templates a method. Functions that are not wrapped in one are to templates not there. */
export class Callable {
  readonly #invoke: TemplateFunction;

  constructor(invoke: TemplateFunction) {
    this.#invoke = invoke;
  }

  /** Calls the function of a callable, and of nothing that only looks like one. */
  static invoke(callable: Callable, args: readonly unknown[]): unknown {
    return callable.#invoke(...args);
  }
}

/** Marks a function in the data as one that templates may call: `{ Split: callable((count) => ...) }` for `{{.Split 2}}`. */
export function callable(invoke: TemplateFunction): Callable {
  return new Callable(invoke);
}
