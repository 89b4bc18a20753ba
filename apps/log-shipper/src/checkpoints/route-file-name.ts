import { createHash } from 'node:crypto';

const READABLE = 48;
const HASH = 12;

/** What a route's files are called: its beginning, for people, and a hash that tells it from every other route. */
export function routeFileName(uri: string): string {
  const readable = uri
    .replace(/\?.*/s, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, READABLE)
    .replaceAll(/^-|-$/g, '');
  const hash = createHash('sha256').update(uri).digest('hex').slice(0, HASH);
  return readable === '' ? hash : `${readable}-${hash}`;
}
