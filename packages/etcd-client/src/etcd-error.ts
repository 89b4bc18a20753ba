import { KeyStoreError, type KeyStoreErrorCode } from './key-store.ts';

/** The codes of gRPC that matter here: https://grpc.io/docs/guides/status-codes/ */
const GRPC = {
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  outOfRange: 11,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** Where and at what a call failed, for the message. */
export interface CallContext {
  /** `etcd http://10.0.0.1:2379`, without credentials. */
  readonly where: string;
  /** `list /skydns/`. */
  readonly what: string;
  readonly deadlineMs: number;
  /** The store was closed: whatever failed, failed of that. */
  readonly closed: boolean;
}

/** What gRPC or etcd said, taken out of the many shapes that etcd3 gives it. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
}

/**
 * Reads the status out of an error: gRPC writes `14 UNAVAILABLE: details` into every message, and etcd3's own classes,
 * which drop the code, keep that text.
 * @returns undefined when the error is not of gRPC
 */
export function grpcStatus(error: unknown): GrpcStatus | undefined {
  const message = error instanceof Error ? error.message : '';
  const found = /(\d+) [A-Z_]+: (.*)/s.exec(message);
  if (found?.[1] === undefined || found[2] === undefined) return undefined;
  return { code: Number(found[1]), details: found[2] };
}

/** True when the answer was larger than `MAX_ANSWER_BYTES`: fewer keys must be asked for. */
export function isAnswerTooLarge(error: unknown): boolean {
  const found = grpcStatus(error);
  return found?.code === GRPC.resourceExhausted && /received message larger than max/i.test(found.details);
}

/** True when the request certainly did not reach the endpoint, so that even a write may be sent to another. */
export function isNeverSent(error: unknown): boolean {
  const found = grpcStatus(error);
  return found?.code === GRPC.unavailable && /no connection established|name resolution failed/i.test(found.details);
}

/** The one place where errors of etcd and gRPC become those of the `KeyStore`. */
export function toKeyStoreError(error: unknown, context: CallContext): KeyStoreError {
  if (error instanceof KeyStoreError) return error;
  if (context.closed) {
    return new KeyStoreError('closed', `${context.where}: ${context.what}: the store is closed`, { cause: error });
  }
  const found = grpcStatus(error) ?? { code: GRPC.unknown, details: String(error) };
  const code = codeOf(found);
  const details =
    found.code === GRPC.deadlineExceeded ? `no answer within ${context.deadlineMs} ms` : tidy(found.details);
  const tlsHint = maySpeakTls(found, context) ? '; an etcd that wants TLS looks the same' : '';
  const message = `${context.where}: ${context.what}: ${details}: ${adviceOn(code, found)}${tlsHint}`;
  return new KeyStoreError(code, message, { cause: error });
}

/** What etcd says of a request that it refuses itself; its gRPC proxy passes the words on without the code. */
const REFUSED_REQUEST = /too many operations in txn|key is not provided|duplicate key given|request is too large/;

/** The texts are those of etcd's `rpctypes`; it uses INVALID_ARGUMENT and FAILED_PRECONDITION for refused users too. */
function codeOf({ code, details }: GrpcStatus): KeyStoreErrorCode {
  if (details.includes('requested lease not found')) return 'lease-not-found';
  if (REFUSED_REQUEST.test(details)) return 'invalid';
  if (/authentication|auth token|user name|user ID|permission denied/i.test(details)) return 'unauthorized';
  switch (code) {
    case GRPC.permissionDenied:
    case GRPC.unauthenticated:
      return 'unauthorized';
    case GRPC.invalidArgument:
    case GRPC.notFound:
    case GRPC.unimplemented:
      return 'invalid';
    case GRPC.outOfRange:
      return details.includes('revision') ? 'unavailable' : 'invalid';
    case GRPC.resourceExhausted:
      return /larger than max/i.test(details) ? 'invalid' : 'unavailable';
    default:
      return 'unavailable';
  }
}

/** A connection without TLS that was accepted and then ended before it was one of gRPC: of that grpc-js gives no reason. */
function maySpeakTls({ code, details }: GrpcStatus, { where }: CallContext): boolean {
  return where.startsWith('etcd http://') && code === GRPC.unavailable && details.includes('Failed to connect');
}

function adviceOn(code: KeyStoreErrorCode, { code: grpcCode, details }: GrpcStatus): string {
  if (details.includes('database space exceeded')) return 'compact and defragment etcd, then `etcdctl alarm disarm`';
  if (details.includes('authentication is not enabled')) return 'enable it in etcd, or leave out the user';
  if (details.includes('has been compacted')) return 'list again';
  if (grpcCode === GRPC.unimplemented) return 'this is not etcd 3.3 or newer';
  return advice[code];
}

const advice: Readonly<Record<KeyStoreErrorCode, string>> = {
  unauthorized: 'check the user, the password and the role of that user',
  'lease-not-found': 'grant a lease and put again',
  invalid: 'send less, or otherwise',
  unavailable: 'check that etcd runs, has a leader and can be reached',
  closed: 'open the store again',
};

/** grpc-js ends some details with an empty note on name resolution, a time or both, and starts others with a class name. */
function tidy(details: string): string {
  return details
    .replace(/\.? Resolution note: $/, '')
    .replace(/Last error: (?:Error: )?/, '')
    .replace(/ \(\d{4}-\d\d-\d\dT[\d:.]+Z\)$/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
