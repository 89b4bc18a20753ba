import { readFile } from 'node:fs/promises';
import { type HttpApiConfig, isToken } from '../../http-api/http-api-options.ts';

/**
 * The token that requests must bear; undefined for none.
 * @throws Error naming the file that cannot be read or holds no token; never what is in it
 */
export async function readToken(token: HttpApiConfig['token']): Promise<string | undefined> {
  if (token === undefined || 'text' in token) return token?.text;
  let text: string;
  try {
    text = (await readFile(token.file, 'utf8')).trim();
  } catch (error) {
    throw new Error(`-http-token-file: ${token.file} cannot be read`, { cause: error });
  }
  if (!isToken(text)) throw new Error(`-http-token-file: ${token.file} does not hold a token alone`);
  return text;
}
