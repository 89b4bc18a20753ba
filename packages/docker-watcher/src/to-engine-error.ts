import { EngineError, type EngineErrorCode } from './engine.ts';

/** What was tried, for messages. */
export interface Attempt {
  /** The engine, as `renderDockerAddress` gives it. */
  readonly engine: string;
  /** `list the containers`. */
  readonly action: string;
}

/**
 * Translates whatever a request to an engine failed with: an error of the socket or of TLS, or the engine's own answer,
 * as docker-modem puts it (`statusCode`, `json`). The message says what failed, where, and what to do.
 */
export function toEngineError(error: unknown, attempt: Attempt): EngineError {
  if (error instanceof EngineError) return error;
  const status = numberField(error, 'statusCode');
  const { code, reason } = status === undefined ? ofConnection(error) : ofAnswer(status, messageOf(error));
  return new EngineError(code, `cannot ${attempt.action} at ${attempt.engine}: ${reason}`, { cause: error });
}

/** The error of a request that had no answer within `limitMs` milliseconds. */
export function timedOut(attempt: Attempt, limitMs: number): EngineError {
  const reason = `no answer within ${limitMs} ms: the engine is overloaded or stuck`;
  return new EngineError('unavailable', `cannot ${attempt.action} at ${attempt.engine}: ${reason}`);
}

interface Translation {
  readonly code: EngineErrorCode;
  readonly reason: string;
}

const CONNECTION: ReadonlyMap<string, Translation> = new Map([
  ['ENOENT', unavailable('there is no such socket: start the engine, or mount its socket at this path')],
  ['ENOTDIR', unavailable('there is no such socket: a part of its path is no folder')],
  ['ECONNREFUSED', unavailable('nothing listens there: start the engine')],
  ['ECONNRESET', unavailable('the connection was cut')],
  ['EPIPE', unavailable('the connection was cut')],
  ['ENOTFOUND', unavailable('the name of the host has no address')],
  ['EAI_AGAIN', unavailable('the name of the host cannot be resolved now')],
  ['EHOSTUNREACH', unavailable('there is no route to the host')],
  ['ENETUNREACH', unavailable('there is no route to the host')],
  ['ETIMEDOUT', unavailable('the host does not answer')],
  ['EACCES', refused('the socket may not be opened: run as root or as a member of the group that owns it')],
  ['EPERM', refused('the socket may not be opened: run as root or as a member of the group that owns it')],
  ['HPE_INVALID_CONSTANT', refused('what answers speaks no HTTP; if it wants TLS, set DOCKER_TLS_VERIFY=1')],
  ['EPROTO', refused('the TLS handshake failed; if the engine has no TLS, unset DOCKER_TLS_VERIFY')],
]);

/** Codes of certificates: from node:tls (`ERR_TLS_...`), and OpenSSL's X509_V_ERR_... without the prefix. */
const CERTIFICATE = /^(?:ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

function ofConnection(error: unknown): Translation {
  const code = stringField(error, 'code');
  const known = CONNECTION.get(code);
  if (known !== undefined) return known;
  if (CERTIFICATE.test(code)) {
    return refused(`the certificates do not fit (${messageOf(error)}): see the files in DOCKER_CERT_PATH`);
  }
  return unavailable(messageOf(error));
}

function ofAnswer(status: number, message: string): Translation {
  const reason = `the engine answered ${status}: ${message}`;
  if (status === 404 || /no such container/i.test(message)) return { code: 'not-found', reason };
  if (status === 501 || /logging driver does not support reading/i.test(message))
    return { code: 'unsupported', reason };
  if (/HTTP request to an HTTPS server/i.test(message)) return refused(`${reason}: set DOCKER_TLS_VERIFY=1`);
  if (status === 401 || status === 403 || status === 407) return refused(reason);
  if (status === 502 || status === 503 || status === 504 || status === 429) return unavailable(reason);
  return { code: 'failed', reason };
}

function unavailable(reason: string): Translation {
  return { code: 'unavailable', reason };
}

function refused(reason: string): Translation {
  return { code: 'refused', reason };
}

function messageOf(error: unknown): string {
  const own = stringField(field(error, 'json'), 'message');
  if (own !== '') return own;
  return error instanceof Error && error.message !== '' ? error.message.trim() : String(error);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function stringField(value: unknown, name: string): string {
  const member = field(value, name);
  return typeof member === 'string' ? member : '';
}

function numberField(value: unknown, name: string): number | undefined {
  const member = field(value, name);
  return typeof member === 'number' ? member : undefined;
}
