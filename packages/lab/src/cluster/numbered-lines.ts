/** What came of the lines of one source. */
export interface Delivery {
  /** The number of its last line that came. */
  readonly highest: number;
  /** Numbers up to that which did not come, at most the first 20. */
  readonly missing: readonly number[];
  /** How many lines came that had come before. */
  readonly repeated: number;
}

const LISTED = 20;

/**
 * The command of a container that prints `line <source> <number>` for ever, from 1 on.
 * @param pauseSeconds between two of them
 */
export function printNumbers(source: string, pauseSeconds: number): readonly string[] {
  const loop = 'n=0; while :; do n=$((n+1)); echo "line $0 $n"; sleep "$1"; done';
  return ['sh', '-c', loop, source, String(pauseSeconds)];
}

/** The number of a line of `printNumbers`; undefined for any other text. */
export function numberOf(text: string): { readonly source: string; readonly number: number } | undefined {
  const [, source, number] = /^ ?line (\S+) ([0-9]+)$/.exec(text) ?? [];
  return source === undefined || number === undefined ? undefined : { source, number: Number(number) };
}

/** By source, from the texts that a receiver was sent, others among them. */
export function deliveriesIn(texts: Iterable<string>): ReadonlyMap<string, Delivery> {
  const seen = new Map<string, { readonly numbers: Set<number>; lines: number }>();
  for (const text of texts) {
    const line = numberOf(text);
    if (line === undefined) continue;
    const of = seen.get(line.source) ?? { numbers: new Set(), lines: 0 };
    of.numbers.add(line.number);
    of.lines++;
    seen.set(line.source, of);
  }
  return new Map([...seen].map(([source, { numbers, lines }]) => [source, deliveryOf(numbers, lines)]));
}

function deliveryOf(numbers: ReadonlySet<number>, lines: number): Delivery {
  const highest = [...numbers].reduce((most, number) => Math.max(most, number), 0);
  const missing: number[] = [];
  for (let number = 1; number < highest && missing.length < LISTED; number++) {
    if (!numbers.has(number)) missing.push(number);
  }
  return { highest, missing, repeated: lines - numbers.size };
}
