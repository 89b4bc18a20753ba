import { TemplateFailure } from './template-error.ts';

/** What one rendering may take. */
export interface Limits {
  /** The longest output, and the longest text on the way to it, in UTF-16 code units. */
  readonly outputLength: number;
  /** The most operations: a node, an operand, an element or 64 units of text are one each. */
  readonly steps: number;
}

export const DEFAULT_LIMITS: Limits = { outputLength: 65_536, steps: 100_000 };

/** What is left of the limits while a template is rendered. */
export interface Budget {
  readonly limits: Limits;
  /** Fails with `limit` when there were too many. */
  readonly charge: (steps: number) => void;
}

export function createBudget(limits: Limits): Budget {
  let left = limits.steps;
  const charge = (steps: number) => {
    left -= steps;
    if (left < 0) throw new TemplateFailure('limit', `the template takes more than ${limits.steps} steps`);
  };
  return { limits, charge };
}

/** A text that grows up to its limit. */
export interface Output {
  readonly write: (text: string) => void;
  readonly text: () => string;
}

export function createOutput({ limits, charge }: Budget): Output {
  const pieces: string[] = [];
  let length = 0;
  const write = (text: string) => {
    length += text.length;
    charge(text.length >> 6);
    if (length > limits.outputLength) {
      throw new TemplateFailure('limit', `the text is longer than ${limits.outputLength} characters`);
    }
    pieces.push(text);
  };
  return { write, text: () => pieces.join('') };
}
