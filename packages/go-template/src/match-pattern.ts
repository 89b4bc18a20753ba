import { badPattern, type CharacterTest, isWord, type Pattern, parsePattern } from './pattern-syntax.ts';
import { TemplateFailure } from './template-error.ts';

/** The longest text that a pattern is held against, in UTF-16 code units. */
export const MAX_MATCHED_LENGTH = 4096;

/** The most instructions of a pattern, counts written out. */
const MAX_PROGRAM = 1000;

type Instruction =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: 'start' | 'end' | 'edge' | 'inside' }
  /** Goes on at all of the places. */
  | { readonly kind: 'fork'; targets: readonly number[] }
  | { readonly kind: 'match' };

/** Whether a text has a part that is matched. Its time is at most the text's length times the pattern's, whatever they are. */
export type Matcher = (text: string) => boolean;

/** Reads a regular expression; fails with a sentence when it is none. */
export function compilePattern(text: string): Matcher {
  const program: Instruction[] = [];
  emit(program, parsePattern(text));
  program.push({ kind: 'match' });
  return (text) => {
    if (text.length > MAX_MATCHED_LENGTH) {
      throw new TemplateFailure('limit', `a text to match is longer than ${MAX_MATCHED_LENGTH} characters`);
    }
    return run(program, text);
  };
}

function emit(program: Instruction[], pattern: Pattern): void {
  if (program.length > MAX_PROGRAM) throw badPattern('is too large with its counts written out');
  switch (pattern.kind) {
    case 'character':
    case 'assertion':
      program.push(pattern);
      break;
    case 'sequence':
      for (const part of pattern.parts) emit(program, part);
      break;
    case 'choice':
      emitChoice(program, pattern.parts);
      break;
    case 'repeat':
      emitRepeat(program, pattern);
      break;
  }
}

function emitChoice(program: Instruction[], parts: readonly Pattern[]): void {
  const entry = emitFork(program);
  const starts: number[] = [];
  const exits = parts.map((part) => {
    starts.push(program.length);
    emit(program, part);
    return emitFork(program);
  });
  entry.targets = starts;
  for (const exit of exits) exit.targets = [program.length];
}

function emitRepeat(program: Instruction[], pattern: Extract<Pattern, { readonly kind: 'repeat' }>): void {
  const { part, least, most } = pattern;
  for (let count = 0; count < least; count += 1) {
    emitFork(program).targets = [program.length];
    emit(program, part);
  }
  if (Number.isFinite(most)) {
    const exits = Array.from({ length: most - least }, () => {
      const fork = emitFork(program);
      const start = program.length;
      emit(program, part);
      return { fork, start };
    });
    for (const { fork, start } of exits) fork.targets = [start, program.length];
    return;
  }
  const loop = program.length;
  const entry = emitFork(program);
  const start = program.length;
  emit(program, part);
  emitFork(program).targets = [loop];
  entry.targets = [start, program.length];
}

function emitFork(program: Instruction[]): { targets: readonly number[] } {
  const fork: Extract<Instruction, { readonly kind: 'fork' }> = { kind: 'fork', targets: [] };
  program.push(fork);
  return fork;
}

/** Follows all ways through the program at once, character by character. */
function run(program: readonly Instruction[], text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  let waiting: readonly number[] = [];
  for (let at = 0; at <= codes.length; at += 1) {
    const reached = reach(program, [...waiting, 0], codes, at);
    if (reached === 'match') return true;
    const code = codes[at] ?? 0;
    waiting = reached.filter((place) => accepts(program[place], code)).map((place) => place + 1);
  }
  return false;
}

/** The places that wait for a character, or that there is a match. */
function reach(program: readonly Instruction[], from: readonly number[], codes: readonly number[], at: number) {
  const seen = new Set<number>();
  const waiting: number[] = [];
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (seen.has(place)) continue;
    seen.add(place);
    const instruction = program[place];
    if (instruction === undefined || instruction.kind === 'match') return 'match';
    if (instruction.kind === 'character') waiting.push(place);
    else if (instruction.kind === 'fork') open.push(...instruction.targets);
    else if (holds(instruction.assertion, codes, at)) open.push(place + 1);
  }
  return waiting;
}

function accepts(instruction: Instruction | undefined, code: number): boolean {
  return instruction?.kind === 'character' && instruction.test(code);
}

function holds(assertion: 'start' | 'end' | 'edge' | 'inside', codes: readonly number[], at: number): boolean {
  if (assertion === 'start') return at === 0;
  if (assertion === 'end') return at === codes.length;
  const isEdge = isWord(codes[at - 1] ?? -1) !== isWord(codes[at] ?? -1);
  return isEdge === (assertion === 'edge');
}
