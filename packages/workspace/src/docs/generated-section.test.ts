import { describe, expect, it } from 'vitest';
import { replaceSection } from './generated-section.ts';

describe('replaceSection', () => {
  const page = 'top\n<!-- options:begin -->\nold\n<!-- options:end -->\nbottom\n';

  it('replaces what stands between the marks and nothing else', () => {
    expect(replaceSection(page, 'options', 'new\n')).toBe(
      'top\n<!-- options:begin -->\n\nnew\n\n<!-- options:end -->\nbottom\n',
    );
  });

  it('changes nothing when done again', () => {
    const once = replaceSection(page, 'options', 'new');
    expect(replaceSection(once, 'options', 'new')).toBe(once);
  });

  it.each([
    ['no marks', 'text'],
    ['no end', '<!-- options:begin -->'],
    ['two beginnings', `${page}${page}`],
  ])('refuses a page with %s', (_name, text) => {
    expect(() => replaceSection(text, 'options', 'new')).toThrow('needs one <!-- options:begin -->');
  });
});
