/** How a piece of text stands out. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'warn' | 'bad';

/** A piece of a line. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen; its spans follow each other without a gap. */
export type StyledLine = readonly Span[];

/** ECMA-48, "SGR": bold, faint, green, yellow, red. */
const SGR: Readonly<Record<Tone, number>> = { plain: 0, strong: 1, dim: 2, good: 32, warn: 33, bad: 31 };

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: toPrintable(text), tone };
}

/** Text of containers and errors as it may stand on a terminal: nothing in it moves the cursor or changes colours. */
function toPrintable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** How many columns a terminal gives to a text. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

/** Near enough to Unicode's Standard Annex 11: most marks take no column, East Asian scripts and emoji take two. */
function columnsOf(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (/\p{M}/u.test(character)) return 0;
  const isWide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u{3000}-\u{303e}\u{ff01}-\u{ff60}]/u;
  return isWide.test(character) ? 2 : 1;
}

/** Cuts a text to a width; what was cut is marked by an ellipsis. */
export function fitText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [fitted, used] = ['', 0];
  for (const character of text) {
    used += columnsOf(character);
    if (used > width - 1) break;
    fitted += character;
  }
  return width > 0 ? `${fitted}…` : '';
}

/** Breaks a text into lines of at most a width, between words where that is possible. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || widthOf(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each) => fitText(each, width));
}

/** Cuts a line to a width, as `fitText` does. */
export function fitLine(line: StyledLine, width: number): StyledLine {
  const fitted: Span[] = [];
  let left = width;
  for (const [index, { text, tone }] of line.entries()) {
    const needed = widthOf(text);
    const isMore = line.slice(index + 1).some((later) => later.text !== '');
    if (needed > left || (needed === left && isMore)) {
      const cut = needed > left ? fitText(text, left) : fitText(`${text} `, left);
      return [...fitted, { text: cut, tone }];
    }
    fitted.push({ text, tone });
    left -= needed;
  }
  return fitted;
}

/** The line as it is written; without colours the text alone. */
export function renderLine(line: StyledLine, colours: boolean): string {
  return line
    .map(({ text, tone }) =>
      colours && tone !== 'plain' && text !== '' ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text,
    )
    .join('');
}
