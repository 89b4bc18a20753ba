import { readFileSync } from 'node:fs';

/** Wharf's version: all packages and apps carry the same one. */
export const VERSION: string = readVersion();

/** Reads it from `package.json`, which lies beside `src` as well as beside `dist`. */
function readVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new Error(`${file.pathname} holds no version`);
}
