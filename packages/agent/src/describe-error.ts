const MAX_DEPTH = 5;

/**
 * An error as one line for people, with what caused it: `the store does not answer: connect ECONNREFUSED
 * 10.0.0.1:2379`. A cause whose message is part of the line already is left out.
 */
export function describeError(error: unknown): string {
  let text = '';
  let current: unknown = error;
  for (let depth = 0; depth < MAX_DEPTH && current !== undefined && current !== null; depth++) {
    const message = messageOf(current);
    if (message !== '' && !text.includes(message)) text = text === '' ? message : `${text}: ${message}`;
    current = current instanceof Error ? current.cause : undefined;
  }
  return text === '' ? 'unknown error' : text;
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  if (!(error instanceof Error)) return typeof error === 'string' ? error : (JSON.stringify(error) ?? typeof error);
  return error.message === '' ? error.name : error.message;
}
