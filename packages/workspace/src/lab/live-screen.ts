import { emitKeypressEvents } from 'node:readline';
import { editLine, emptyLine, enterLine, type Key, type TypedLine } from './edit-line.ts';
import { ENTER_SCREEN, ERASE_SCREEN, type Frame, LEAVE_SCREEN, renderUpdate } from './frame.ts';
import type { LabTerminal } from './lab-terminal.ts';
import type { LabView } from './lab-view.ts';
import { renderLab, type ScreenSize } from './render-lab.ts';
import { fitLine, renderLine, span } from './styled-line.ts';

/** What a person does at the prompt. */
export interface LiveHandlers {
  readonly onLine: (line: string) => void;
  /** Ctrl-D on an empty line. */
  readonly onEnd: () => void;
  /** Ctrl-C. */
  readonly onInterrupt: () => void;
}

export interface LiveScreen {
  /** Draws what is new; nothing while the terminal has not taken what was written before. */
  draw(): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}

const PROMPT = '> ';
const DRAW_EVERY_MS = 200;
const NOTHING: Frame = { lines: [], cursor: undefined };

/**
 * Draws the lab on the whole terminal until it is closed, with a prompt in the last row where there is a keyboard.
 * @param words what Tab completes to
 */
export function openLiveScreen(
  terminal: LabTerminal,
  view: () => LabView,
  words: readonly string[],
  handlers: LiveHandlers,
): LiveScreen {
  const { stdin, stdout, colours } = terminal;
  const hasPrompt = stdin.isTTY;
  let typed = emptyLine;
  let shown = NOTHING;

  const draw = (): void => {
    if (stdout.writableNeedDrain) return;
    const next = renderFrame(view(), sizeOf(terminal), hasPrompt ? typed : undefined, colours);
    const update = renderUpdate(shown, next);
    if (update !== '') stdout.write(update);
    shown = next;
  };
  const redraw = (): void => {
    stdout.write(ERASE_SCREEN);
    shown = NOTHING;
    draw();
  };
  const onKey = (_: string | undefined, key: Key): void => {
    if (key.ctrl === true && key.name === 'c') handlers.onInterrupt();
    else if (key.ctrl === true && key.name === 'd' && typed.text === '') handlers.onEnd();
    else if (key.ctrl === true && key.name === 'l') redraw();
    else if (key.name === 'return' || key.name === 'enter') {
      const line = typed.text;
      typed = enterLine(typed);
      handlers.onLine(line);
    } else typed = editLine(typed, key, words);
    draw();
  };

  stdout.write(ENTER_SCREEN);
  stdout.on('resize', redraw);
  if (hasPrompt) {
    emitKeypressEvents(stdin);
    stdin.setRawMode(true);
    stdin.on('keypress', onKey);
    stdin.on('end', handlers.onInterrupt);
    stdin.resume();
  }
  const timer = setInterval(draw, DRAW_EVERY_MS);
  draw();
  return {
    draw,
    close() {
      clearInterval(timer);
      stdout.off('resize', redraw);
      if (hasPrompt) {
        stdin.off('keypress', onKey);
        stdin.off('end', handlers.onInterrupt);
        if (!stdin.destroyed) stdin.setRawMode(false);
        stdin.pause();
      }
      stdout.write(LEAVE_SCREEN);
    },
  };
}

/** That of a VT100 where the terminal does not know: a serial line says 0. */
function sizeOf({ stdout: { columns, rows } }: LabTerminal): ScreenSize {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

function renderFrame(
  view: LabView,
  { columns, rows }: ScreenSize,
  typed: TypedLine | undefined,
  colours: boolean,
): Frame {
  const lines = renderLab(view, { columns, rows: typed === undefined ? rows : rows - 1 });
  const above = lines.map((line) => renderLine(line, colours));
  if (typed === undefined) return { lines: above, cursor: undefined };
  const room = Math.max(1, columns - PROMPT.length - 1);
  // Of a line that is longer than the terminal is wide, the part around the cursor is shown.
  const from = Math.max(0, typed.cursor - room);
  const hint = typed.text === '' ? span('help lists the commands', 'dim') : span('');
  const prompt = fitLine([span(PROMPT, 'strong'), span(typed.text.slice(from, from + room)), hint], columns);
  const blank = Array.from({ length: Math.max(0, rows - 1 - above.length) }, () => '');
  const cursor = { row: rows - 1, column: Math.min(columns - 1, PROMPT.length + typed.cursor - from) };
  return { lines: [...above, ...blank, renderLine(prompt, colours)], cursor };
}
