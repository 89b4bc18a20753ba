import { readFile } from 'node:fs/promises';
import { describeFailure } from './lookup.ts';

export interface AuthorizationSettings {
  /** `user:password` of the route. */
  readonly credentials?: string | undefined;
  /** A file with the header's value; it goes before `credentials`. */
  readonly file?: string | undefined;
}

/** What proves to a receiver who is sending. */
export interface Authorization {
  /**
   * The value of the header Authorization, if there is one to send.
   * @throws Error naming the file, and never showing what is in it
   */
  header(): Promise<string | undefined>;
  /** The receiver did not take it: the file is read again, for it may have been renewed. */
  forget(): void;
  /** A text from the receiver with stars in the place of what was sent to it in secret. */
  hide(text: string): string;
}

const LONGEST_BYTES = 16 * 1024;

export function createAuthorization({ credentials, file }: AuthorizationSettings): Authorization {
  const basic = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  let known: string | undefined;
  return {
    async header() {
      if (file === undefined) return basic;
      known ??= await readHeader(file);
      return known;
    },
    forget() {
      known = undefined;
    },
    hide(text) {
      const password = credentials?.slice(credentials.indexOf(':') + 1);
      const header = file === undefined ? basic : known;
      const secrets = [header, header?.replace(/^\S+\s+/, ''), password];
      return secrets.reduce<string>((hidden, secret) => (secret ? hidden.replaceAll(secret, '***') : hidden), text);
    },
  };
}

async function readHeader(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`the authorization-file ${file} cannot be read: ${describeFileFailure(error)}`, { cause: error });
  });
  const value = text.trim();
  // RFC 9110, section 5.5: printable characters, spaces and tabs.
  if (value === '' || value.length > LONGEST_BYTES || /[^\t\x20-\x7e]/.test(value)) {
    throw new Error(`the authorization-file ${file} does not hold one line of printable ASCII, such as "Bearer ..."`);
  }
  return value;
}

function describeFileFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  return describeFailure(error);
}
