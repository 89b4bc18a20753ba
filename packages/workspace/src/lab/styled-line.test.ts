import { describe, expect, it } from 'vitest';
import { fitLine, fitText, renderLine, span, widthOf, wrapText } from './styled-line.ts';

describe('span', () => {
  it.each([
    ['a\u001b[2Jb\tc\r\nd', 'a [2Jb c d'],
    ['\u202eevil\u2028', ' evil '],
    ['Grüße', 'Grüße'],
  ])('lets nothing of %j steer a terminal', (text, expected) => {
    expect(span(text).text).toBe(expected);
  });
});

describe('widthOf', () => {
  it.each([
    ['', 0],
    ['web', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['🚢', 2],
  ])('of %j is %d', (text, expected) => {
    expect(widthOf(text)).toBe(expected);
  });
});

describe('fitText', () => {
  it.each([
    ['host-1', 6, 'host-1'],
    ['host-1', 5, 'host…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['web', 1, '…'],
    ['web', 0, ''],
  ])('cuts %j to %d columns', (text, width, expected) => {
    expect(fitText(text, width)).toBe(expected);
    expect(widthOf(fitText(text, width))).toBeLessThanOrEqual(width);
  });
});

describe('wrapText', () => {
  it.each([
    ['host-2 cut off', 20, ['host-2 cut off']],
    ['host-2 cut off', 10, ['host-2 cut', 'off']],
    ['host-2 cut off', 6, ['host-2', 'cut', 'off']],
    ['see http://10.77.0.11:2379 there', 8, ['see', 'http://…', 'there']],
    ['', 8, ['']],
  ])('breaks %j at %d columns', (text, width, expected) => {
    expect(wrapText(text, width)).toEqual(expected);
  });
});

describe('fitLine', () => {
  const line = [span('abc', 'good'), span('def')];
  it.each([
    [6, 'abcdef'],
    [5, 'abcd…'],
    [3, 'ab…'],
    [1, '…'],
    [0, ''],
  ])('cuts the whole line to %d columns', (width, expected) => {
    expect(renderLine(fitLine(line, width), false)).toBe(expected);
  });
});

describe('renderLine', () => {
  it('colours what has a tone, and only when asked to', () => {
    const line = [span('up', 'good'), span(' and plain')];
    expect(renderLine(line, true)).toBe('\u001b[32mup\u001b[0m and plain');
    expect(renderLine(line, false)).toBe('up and plain');
  });
});
