/** RFC 5424, section 7.3.1: the number after it is 1 again. */
const LAST = 2_147_483_647;

/**
 * The numbers of the messages of one route, in the order in which they are sent. They begin with 1 at each start, and `run`
 * tells starts apart: a receiver that has the numbers 1 to n of a run has all that was sent up to then.
 */
export interface Sequence {
  readonly run: string;
  next(): number;
}

/** @param last the number before the first one; other than 0 only to begin close to the end */
export function createSequence(run: string, last = 0): Sequence {
  let number = last;
  return {
    run,
    next() {
      number = number >= LAST ? 1 : number + 1;
      return number;
    },
  };
}

/** Of chance: 4 digits. */
const CHANCE = 36 ** 4;

/**
 * Names a run of a route: letters and digits, twelve of them, of which the first eight are the time, so that later runs
 * come later in order; the others keep apart routes that start together.
 */
export function runName(wallMs: number, random: () => number): string {
  const chance = Math.floor(random() * CHANCE).toString(36);
  return Math.floor(wallMs).toString(36).padStart(8, '0') + chance.padStart(4, '0');
}
