import { failure, quoteValue, type Result, success } from '@wharf/agent';

/** The head of an HTTP answer, as far as reading its body needs it. */
export interface AnswerHead {
  readonly status: number;
  /** What the server says of the status; may be empty. */
  readonly reason: string;
  /** Where the body ends: after so many bytes, where its chunks say so, or with the connection. */
  readonly body: number | 'chunked' | 'until-close';
}

const STATUS_LINE = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/;
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const LENGTH = /^\d{1,15}$/;

/**
 * Reads a head, without the empty line at its end; the error is a sentence. Source: RFC 9112, sections 4 (status line),
 * 5 (fields; folded lines are refused) and 6.3 (length of the body).
 */
export function parseAnswerHead(head: string): Result<AnswerHead, string> {
  const [statusLine = '', ...fields] = head.split('\r\n');
  const [, status, reason = ''] = STATUS_LINE.exec(statusLine) ?? [];
  if (status === undefined) return failure(`the answer begins with ${quoteValue(statusLine)}`);
  const lengths = new Set<string>();
  const encodings: string[] = [];
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, Math.max(colon, 0));
    if (!FIELD_NAME.test(name)) return failure(`a line of the answer's head is no field: ${quoteValue(field)}`);
    const value = field.slice(colon + 1).trim();
    if (name.toLowerCase() === 'content-length') lengths.add(value);
    if (name.toLowerCase() === 'transfer-encoding') encodings.push(value.toLowerCase());
  }
  const body = findBody([...lengths], encodings.join(', '));
  return body.ok ? success({ status: Number(status), reason, body: body.value }) : body;
}

/** An encoding beats a length: the length is then that of something else. */
function findBody(lengths: readonly string[], encoding: string): Result<AnswerHead['body'], string> {
  if (encoding === 'chunked') return success('chunked');
  if (encoding !== '')
    return failure(`the answer's body is encoded in a way that is not understood: ${quoteValue(encoding)}`);
  const [length] = lengths;
  if (length === undefined) return success('until-close');
  if (lengths.length > 1 || !LENGTH.test(length)) {
    return failure(`the answer tells no usable length of its body: ${quoteValue(lengths.join(', '))}`);
  }
  return success(Number(length));
}
