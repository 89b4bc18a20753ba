/** A line that is being typed, and those typed before. */
export interface TypedLine {
  readonly text: string;
  /** Where the next character goes, from 0. */
  readonly cursor: number;
  /** Oldest first. */
  readonly history: readonly string[];
  /** Which of the history is shown; its length while something new is typed. */
  readonly position: number;
}

/** A key as `node:readline` names it. */
export interface Key {
  /** What it types, where it types something. */
  readonly sequence?: string | undefined;
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

export const emptyLine: TypedLine = { text: '', cursor: 0, history: [], position: 0 };

const MOST_HISTORY = 100;
const LONGEST_LINE = 500;

/** The line after a key; `words` are those that Tab completes to. */
export function editLine(line: TypedLine, key: Key, words: readonly string[]): TypedLine {
  const { text, cursor } = line;
  const name = `${key.ctrl === true ? 'ctrl-' : ''}${key.name ?? ''}`;
  switch (name) {
    case 'backspace':
    case 'ctrl-h':
      return cursor === 0 ? line : withText(line, text.slice(0, cursor - 1) + text.slice(cursor), cursor - 1);
    case 'delete':
      return withText(line, text.slice(0, cursor) + text.slice(cursor + 1), cursor);
    case 'left':
      return { ...line, cursor: Math.max(0, cursor - 1) };
    case 'right':
      return { ...line, cursor: Math.min(text.length, cursor + 1) };
    case 'home':
    case 'ctrl-a':
      return { ...line, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...line, cursor: text.length };
    case 'ctrl-u':
      return withText(line, text.slice(cursor), 0);
    case 'ctrl-k':
      return withText(line, text.slice(0, cursor), cursor);
    case 'up':
      return recall(line, line.position - 1);
    case 'down':
      return recall(line, line.position + 1);
    case 'tab':
      return complete(line, words);
    default:
      return insert(line, key);
  }
}

/** The line after Enter: empty, and what was typed is remembered. */
export function enterLine({ text, history }: TypedLine): TypedLine {
  const isNew = text.trim() !== '' && text !== history.at(-1);
  const kept = isNew ? [...history, text].slice(-MOST_HISTORY) : history;
  return { text: '', cursor: 0, history: kept, position: kept.length };
}

function withText(line: TypedLine, text: string, cursor: number): TypedLine {
  return { ...line, text, cursor };
}

/** Only printable ASCII: every command is of that, and each character is one column. */
function insert(line: TypedLine, { sequence = '', ctrl, meta }: Key): TypedLine {
  if (ctrl === true || meta === true || !/^[ -~]+$/.test(sequence)) return line;
  if (line.text.length + sequence.length > LONGEST_LINE) return line;
  const text = line.text.slice(0, line.cursor) + sequence + line.text.slice(line.cursor);
  return withText(line, text, line.cursor + sequence.length);
}

function recall(line: TypedLine, position: number): TypedLine {
  if (position < 0 || position > line.history.length) return line;
  const text = line.history[position] ?? '';
  return { ...line, text, cursor: text.length, position };
}

function complete(line: TypedLine, words: readonly string[]): TypedLine {
  const { text, cursor } = line;
  const start = text.lastIndexOf(' ', cursor - 1) + 1;
  const begun = text.slice(start, cursor);
  const [word, ...others] = words.filter((each) => each.startsWith(begun));
  if (begun === '' || word === undefined || others.length > 0) return line;
  return withText(line, `${text.slice(0, start)}${word} ${text.slice(cursor)}`, start + word.length + 1);
}
