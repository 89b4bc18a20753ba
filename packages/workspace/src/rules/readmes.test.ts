import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { readManifests } from './manifests.ts';

/** What a reader looks for in the page of every package and app, in this order; other sections may stand between. */
const sections = ['## Example', '## How it fails', '## How to add to it'];
/** The pages of apps have these too. */
const appSections = ['## Example', '## Options', '## Metrics', '## How it fails', '## How to add to it'];

describe('the page of', () => {
  it.each(readManifests(root))('$folder has its sections in order', ({ folder }) => {
    const file = join(root, folder, 'README.md');
    expect(existsSync(file)).toBe(true);
    const expected = folder.startsWith('apps/') ? appSections : sections;
    const headings = readFileSync(file, 'utf8').match(/^## .*$/gm) ?? [];
    expect(headings.filter((heading) => expected.includes(heading))).toEqual(expected);
  });
});
