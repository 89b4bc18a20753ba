import type { Callable } from './callable.ts';

/** A value with methods that prints as a text of its own, like Go's `time.Time`. */
export class TextObject {
  readonly #text: () => string;
  readonly #json: () => string;
  readonly #methods: Readonly<Record<string, Callable>>;

  constructor(text: () => string, json: () => string, methods: Readonly<Record<string, Callable>>) {
    this.#text = text;
    this.#json = json;
    this.#methods = methods;
  }

  /** What it prints as. */
  static text(object: TextObject): string {
    return object.#text();
  }

  /** The text that it is in JSON. */
  static json(object: TextObject): string {
    return object.#json();
  }

  static methods(object: TextObject): Readonly<Record<string, Callable>> {
    return object.#methods;
  }
}

/** `{{.Time}}` prints what `text` gives, `{{toJSON .Time}}` the text that `json` gives, and `{{.Time.Format "..."}}` calls a method. */
export function textObject(
  text: () => string,
  json: () => string,
  methods: Readonly<Record<string, Callable>>,
): TextObject {
  return new TextObject(text, json, methods);
}
