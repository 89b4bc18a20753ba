import type { AnswerHead } from './answer-head.ts';
import { isRecord, text } from './json.ts';

/** An answer that is an error: its message is in its body. */
export interface Refusal {
  /** Whether more of the body is wanted. */
  take(bytes: Buffer): boolean;
  /** What the engine said so far, as `toEngineError` understands it. */
  error(): Error;
}

/** The most of a body that is read for its message, in bytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** The most of a body that is no JSON that becomes a message, in characters. */
const MAX_MESSAGE_LENGTH = 500;

export function createRefusal({ status, reason }: AnswerHead): Refusal {
  const parts: Buffer[] = [];
  let bytesLeft = MAX_BODY_BYTES;
  return {
    take(bytes) {
      const part = Buffer.from(bytes.subarray(0, bytesLeft));
      parts.push(part);
      bytesLeft -= part.length;
      return bytesLeft > 0;
    },
    error() {
      const body = Buffer.concat(parts).toString('utf8').trim();
      const message = messageIn(body) || body.slice(0, MAX_MESSAGE_LENGTH) || reason;
      return Object.assign(new Error(message), { statusCode: status });
    },
  };
}

/** Docker: `{"message": "No such container: x"}`; empty when it is none. */
function messageIn(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    return isRecord(answer) ? text(answer['message']) : '';
  } catch {
    return '';
  }
}
