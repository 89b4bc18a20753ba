/**
 * - `not-found`: there is no such name, or nothing of what was asked for at it.
 * - `failed`: a name server answers that it cannot tell.
 * - `unanswered`: no name server answers.
 */
export type NameErrorCode = 'not-found' | 'failed' | 'unanswered';

/** Why a name did not resolve; the message is the end of a sentence. */
export class NameError extends Error {
  readonly code: NameErrorCode;

  constructor(code: NameErrorCode, message: string = MESSAGES[code], options?: ErrorOptions) {
    super(message, options);
    this.name = 'NameError';
    this.code = code;
  }
}

const MESSAGES: Readonly<Record<NameErrorCode, string>> = {
  'not-found': 'the name does not resolve',
  failed: 'the name server cannot resolve the name at present',
  unanswered: 'no name server answers',
};

/**
 * What `ask` has for the first of the names that it has anything for. A name that a server fails at does not keep from
 * the next one, as in the C library; that no server answers does.
 * @throws NameError
 */
export async function askInTurn<T>(
  names: readonly string[],
  ask: (name: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let failure = new NameError('not-found');
  for (const name of names) {
    try {
      const found = await ask(name);
      if (found.length > 0) return found;
    } catch (error) {
      if (!(error instanceof NameError) || error.code === 'unanswered') throw error;
      if (failure.code === 'not-found') failure = error;
    }
  }
  throw failure;
}
