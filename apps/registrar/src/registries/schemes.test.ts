import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { refusedSchemes, registrySchemes } from './schemes.ts';

describe('README.md', () => {
  const page = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

  it.each(registrySchemes)('has a row for $form', ({ form }) => {
    expect(page).toContain(`\n| \`${form}\` `);
  });

  it.each([...refusedSchemes.keys()])('says that %s:// is refused', (scheme) => {
    expect(page).toContain(`\`${scheme}://\``);
  });
});
