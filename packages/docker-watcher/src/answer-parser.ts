import { type AnswerHead, parseAnswerHead } from './answer-head.ts';
import { type ChunkedDecoder, createChunkedDecoder } from './chunked-decoder.ts';

export interface AnswerListener {
  onHead(head: AnswerHead): void;
  /** The next bytes of the body: a view of what was pushed. */
  onBody(bytes: Buffer): void;
  /** The body is complete. Called at most once, and instead of `onFault`; nothing follows. */
  onComplete(): void;
  /** This is no answer, or it was cut short; `code` is as Node's own HTTP client has it. Nothing follows. */
  onFault(error: Error): void;
}

export interface AnswerParser {
  /** Bytes as they arrive, cut anywhere; they may be overwritten, here and once this returns. */
  push(bytes: Buffer): void;
  /** The server has closed the connection. */
  end(): void;
  /** Calls the listener no more. */
  stop(): void;
}

/** The longest head of an answer that is read, in bytes. */
export const MAX_HEAD_BYTES = 16 * 1024;
const PROTOCOL = Buffer.from('HTTP/1.');
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** Takes one answer of an HTTP/1 server apart as it arrives. A body is never copied and never held. */
export function createAnswerParser(listener: AnswerListener): AnswerParser {
  let heldHead = Buffer.alloc(MAX_HEAD_BYTES);
  let headBytes = 0;
  let head: AnswerHead | undefined;
  let decoder: ChunkedDecoder | undefined;
  let missingBytes = Number.POSITIVE_INFINITY;
  let isOver = false;

  const complete = (): void => {
    isOver = true;
    listener.onComplete();
  };
  const fail = (message: string, code?: string): void => {
    isOver = true;
    listener.onFault(Object.assign(new Error(message), code === undefined ? {} : { code }));
  };

  const takeHead = (text: string): void => {
    const parsed = parseAnswerHead(text);
    if (!parsed.ok) return fail(parsed.error);
    head = parsed.value;
    if (head.body === 'chunked') decoder = createChunkedDecoder();
    if (typeof head.body === 'number') missingBytes = head.body;
    listener.onHead(head);
    if (missingBytes === 0 && !isOver) complete();
  };

  /** @returns how many of `bytes` belong to the head */
  const collectHead = (bytes: Buffer): number => {
    const before = headBytes;
    headBytes += bytes.copy(heldHead, before);
    const compared = Math.min(headBytes, PROTOCOL.length);
    if (heldHead.compare(PROTOCOL, 0, compared, 0, compared) !== 0) {
      fail('what answers speaks no HTTP', 'HPE_INVALID_CONSTANT');
      return bytes.length;
    }
    const end = heldHead.subarray(0, headBytes).indexOf(END_OF_HEAD, Math.max(before - END_OF_HEAD.length + 1, 0));
    if (end >= 0) {
      const text = heldHead.toString('latin1', 0, end);
      heldHead = Buffer.alloc(0);
      takeHead(text);
      return end + END_OF_HEAD.length - before;
    }
    if (headBytes === MAX_HEAD_BYTES) fail(`the head of the answer is longer than ${MAX_HEAD_BYTES} bytes`);
    return bytes.length;
  };

  const takeChunks = (chunked: ChunkedDecoder, bytes: Buffer): void => {
    const length = chunked.decode(bytes);
    if (length > 0) listener.onBody(bytes.subarray(0, length));
    if (isOver) return;
    if (chunked.state === 'complete') complete();
    if (chunked.state === 'corrupt') fail('the body of the answer is no sequence of chunks');
  };
  const takeBody = (bytes: Buffer): void => {
    if (decoder !== undefined) return takeChunks(decoder, bytes);
    const part = bytes.length > missingBytes ? bytes.subarray(0, missingBytes) : bytes;
    missingBytes -= part.length;
    listener.onBody(part);
    if (missingBytes === 0 && !isOver) complete();
  };

  return {
    push(bytes) {
      const taken = head === undefined && !isOver ? collectHead(bytes) : 0;
      if (!isOver && taken < bytes.length) takeBody(taken === 0 ? bytes : bytes.subarray(taken));
    },
    end() {
      if (isOver) return;
      if (head?.body === 'until-close') complete();
      else fail('the connection was closed before the end of the answer', 'ECONNRESET');
    },
    stop() {
      isOver = true;
    },
  };
}
