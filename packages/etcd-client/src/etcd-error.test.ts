import { describe, expect, it } from 'vitest';
import { grpcStatus, isAnswerTooLarge, isNeverSent, toKeyStoreError } from './etcd-error.ts';
import { KeyStoreError } from './key-store.ts';

const context = { where: 'etcd http://a:1', what: 'put /k', deadlineMs: 5_000, closed: false };

describe('toKeyStoreError', () => {
  it.each([
    { message: '14 UNAVAILABLE: etcdserver: no leader', code: 'unavailable' },
    { message: '14 UNAVAILABLE: etcdserver: request timed out', code: 'unavailable' },
    { message: '4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s', code: 'unavailable' },
    { message: '1 CANCELLED: Cancelled on client', code: 'unavailable' },
    { message: '8 RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded', code: 'unavailable' },
    { message: '8 RESOURCE_EXHAUSTED: etcdserver: too many requests', code: 'unavailable' },
    { message: '8 RESOURCE_EXHAUSTED: grpc: received message larger than max (3 vs. 2)', code: 'invalid' },
    { message: '11 OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted', code: 'unavailable' },
    { message: '11 OUT_OF_RANGE: etcdserver: too large lease TTL', code: 'invalid' },
    { message: '3 INVALID_ARGUMENT: etcdserver: too many operations in txn request', code: 'invalid' },
    { message: '3 INVALID_ARGUMENT: etcdserver: request is too large', code: 'invalid' },
    { message: '3 INVALID_ARGUMENT: etcdserver: user name is empty', code: 'unauthorized' },
    {
      message: '3 INVALID_ARGUMENT: etcdserver: authentication failed, invalid user ID or password',
      code: 'unauthorized',
    },
    { message: '7 PERMISSION_DENIED: etcdserver: permission denied', code: 'unauthorized' },
    { message: '16 UNAUTHENTICATED: etcdserver: invalid auth token', code: 'unauthorized' },
    { message: '9 FAILED_PRECONDITION: etcdserver: authentication is not enabled', code: 'unauthorized' },
    { message: 'Lease 5 NOT_FOUND: etcdserver: requested lease not found is expired', code: 'lease-not-found' },
    { message: '12 UNIMPLEMENTED: unknown service', code: 'invalid' },
    { message: 'no status at all', code: 'unavailable' },
  ])('makes $code of "$message"', ({ message, code }) => {
    const cause = new Error(message);
    const error = toKeyStoreError(cause, context);
    expect(error.code).toBe(code);
    expect(error.cause).toBe(cause);
    expect(error.message).toMatch(/^etcd http:\/\/a:1: put \/k: .+: .+/);
  });

  it('says in its own words that no answer came', () => {
    const error = toKeyStoreError(new Error('4 DEADLINE_EXCEEDED: after 5s,LB pick: 0.001s'), context);
    expect(error.message).toContain('no answer within 5000 ms: check that etcd runs');
  });

  it('leaves out what gRPC adds for nobody', () => {
    const refused =
      '14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED a:1. Resolution note: ';
    expect(toKeyStoreError(new Error(refused), context).message).toBe(
      'etcd http://a:1: put /k: No connection established. connect ECONNREFUSED a:1: check that etcd runs, has a leader and can be reached',
    );
  });

  it.each([
    { where: 'etcd http://a:1', says: '; an etcd that wants TLS looks the same' },
    { where: 'etcd https://a:1', says: '' },
  ])('says of a connection to $where that ended for no reason what it may be', ({ where, says }) => {
    const ended =
      '14 UNAVAILABLE: No connection established. Last error: Failed to connect (2026-01-02T03:04:05.678Z). Resolution note: ';
    expect(toKeyStoreError(new Error(ended), { ...context, where }).message).toBe(
      `${where}: put /k: No connection established. Failed to connect: check that etcd runs, has a leader and can be reached${says}`,
    );
  });

  it('says `closed`, whatever failed, when the store is closed', () => {
    const error = toKeyStoreError(new Error('1 CANCELLED: Cancelled'), { ...context, closed: true });
    expect(error.code).toBe('closed');
  });

  it('passes on what is translated already', () => {
    const error = new KeyStoreError('invalid', 'x');
    expect(toKeyStoreError(error, context)).toBe(error);
  });
});

describe('grpcStatus', () => {
  it.each([
    { error: new Error('14 UNAVAILABLE: a: b\nc'), expected: { code: 14, details: 'a: b\nc' } },
    { error: new Error('something'), expected: undefined },
    { error: 'text', expected: undefined },
  ])('reads $error', ({ error, expected }) => {
    expect(grpcStatus(error)).toEqual(expected);
  });
});

describe('isAnswerTooLarge', () => {
  it.each([
    { message: '8 RESOURCE_EXHAUSTED: Received message larger than max (5 vs 4)', expected: true },
    { message: '8 RESOURCE_EXHAUSTED: etcdserver: too many requests', expected: false },
  ])('is $expected for "$message"', ({ message, expected }) => {
    expect(isAnswerTooLarge(new Error(message))).toBe(expected);
  });
});

describe('isNeverSent', () => {
  it.each([
    { message: '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED', expected: true },
    { message: '14 UNAVAILABLE: Connection dropped', expected: false },
    { message: '4 DEADLINE_EXCEEDED: Deadline exceeded', expected: false },
  ])('is $expected for "$message"', ({ message, expected }) => {
    expect(isNeverSent(new Error(message))).toBe(expected);
  });
});
