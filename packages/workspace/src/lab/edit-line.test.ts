import { describe, expect, it } from 'vitest';
import { editLine, emptyLine, enterLine, type Key, type TypedLine } from './edit-line.ts';

const WORDS = ['kill', 'heal', 'help', 'host-1'];

function type(line: TypedLine, ...keys: readonly (string | Key)[]): TypedLine {
  return keys.reduce<TypedLine>((typed, key) => {
    const sequences: readonly Key[] = typeof key === 'string' ? key.split('').map((sequence) => ({ sequence })) : [key];
    return sequences.reduce((each, sequence) => editLine(each, sequence, WORDS), typed);
  }, line);
}

const key = (name: string): Key => ({ name });
const ctrl = (name: string): Key => ({ name, ctrl: true });

describe('editLine', () => {
  it.each<{ title: string; keys: readonly (string | Key)[]; text: string; cursor: number }>([
    { title: 'takes characters', keys: ['kill 2'], text: 'kill 2', cursor: 6 },
    { title: 'rubs out', keys: ['kill 2', key('backspace'), '3'], text: 'kill 3', cursor: 6 },
    { title: 'rubs out nothing at the start', keys: [key('backspace')], text: '', cursor: 0 },
    { title: 'inserts in the middle', keys: ['kll', key('left'), key('left'), 'i'], text: 'kill', cursor: 2 },
    { title: 'deletes under the cursor', keys: ['xkill', ctrl('a'), key('delete')], text: 'kill', cursor: 0 },
    { title: 'clears up to the cursor', keys: ['kill 2', key('left'), ctrl('u')], text: '2', cursor: 0 },
    { title: 'clears from the cursor', keys: ['kill 2', key('home'), ctrl('k'), 'x'], text: 'x', cursor: 1 },
    { title: 'completes the only word', keys: ['k', key('tab'), '2'], text: 'kill 2', cursor: 6 },
    { title: 'completes no word of several', keys: ['he', key('tab')], text: 'he', cursor: 2 },
    { title: 'completes a later word', keys: ['kill h', 'o', key('tab')], text: 'kill host-1 ', cursor: 12 },
    { title: 'completes nothing from nothing', keys: [key('tab')], text: '', cursor: 0 },
    {
      title: 'leaves out what moves the cursor',
      keys: ['a', { sequence: '\u001b[6~' }, '\u0007é'],
      text: 'a',
      cursor: 1,
    },
    {
      title: 'takes no key with control for a character',
      keys: [{ sequence: 'x', name: 'x', ctrl: true }],
      text: '',
      cursor: 0,
    },
  ])('$title', ({ keys, text, cursor }) => {
    expect(type(emptyLine, ...keys)).toMatchObject({ text, cursor });
  });

  it('brings back what was typed before', () => {
    const line = ['cut 2', 'cut 2', '  ', 'heal 2'].reduce((typed, text) => enterLine(type(typed, text)), emptyLine);
    expect(line).toMatchObject({ text: '', history: ['cut 2', 'heal 2'] });
    expect(type(line, key('up')).text).toBe('heal 2');
    expect(type(line, key('up'), key('up'), key('up')).text).toBe('cut 2');
    expect(type(line, key('up'), key('up'), key('down')).text).toBe('heal 2');
    expect(type(line, key('up'), key('down'), key('down')).text).toBe('');
  });
});
