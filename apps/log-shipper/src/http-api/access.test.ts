import { describe, expect, it } from 'vitest';
import { type AccessRules, type RequestFacts, refuseRequest } from './access.ts';

const statusOf = (facts: Partial<RequestFacts>, rules: Partial<AccessRules> = {}) =>
  refuseRequest(
    {
      method: 'GET',
      path: '/logs',
      isUpgrade: false,
      host: 'logs.example.org:8080',
      authorization: undefined,
      origin: undefined,
      fetchSite: undefined,
      fetchMode: undefined,
      ...facts,
    },
    { isLocal: false, token: undefined, ...rules },
  )?.status;

describe('refuseRequest', () => {
  it.each<[Partial<RequestFacts>, number | undefined]>([
    [{}, undefined],
    [{ method: 'POST', path: '/routes' }, undefined],
    [{ method: 'POST', path: '/routes', fetchSite: 'cross-site' }, 403],
    [{ method: 'POST', path: '/routes', fetchSite: 'same-site' }, 403],
    [{ method: 'POST', path: '/routes', fetchSite: 'same-origin' }, undefined],
    [{ method: 'POST', path: '/routes', fetchSite: 'cross-site', fetchMode: 'navigate' }, 403],
    [{ method: 'DELETE', path: '/routes/a', origin: 'https://evil.example.org' }, 403],
    [{ method: 'DELETE', path: '/routes/a', origin: 'null' }, 403],
    [{ method: 'DELETE', path: '/routes/a', origin: 'http://logs.example.org' }, 403],
    [{ method: 'DELETE', path: '/routes/a', origin: 'http://LOGS.example.org:8080' }, undefined],
    [{ isUpgrade: true, origin: 'http://evil.example.org' }, 403],
    [{ isUpgrade: true, fetchSite: 'cross-site', fetchMode: 'navigate' }, 403],
    [{ isUpgrade: true, origin: 'https://logs.example.org:8080' }, undefined],
    [{ isUpgrade: true }, undefined],
    [{ fetchSite: 'cross-site', fetchMode: 'no-cors' }, 403],
    [{ fetchSite: 'cross-site', fetchMode: 'navigate' }, undefined],
    [{ fetchSite: 'none', fetchMode: 'navigate' }, undefined],
  ])('%j gets %j', (facts, status) => {
    expect(statusOf(facts)).toBe(status);
  });

  it.each([
    ['localhost:8080', undefined],
    ['127.0.0.1', undefined],
    ['[::1]:80', undefined],
    ['logs.example.org', 421],
    ['localhost.example.org', 421],
    ['', 421],
    [undefined, 421],
  ])('on loopback, the host %j gets %j', (host, status) => {
    expect(statusOf({ host }, { isLocal: true })).toBe(status);
  });

  it.each([
    ['Bearer abc', undefined],
    ['bearer  abc', undefined],
    ['Bearer abcd', 401],
    ['Bearer ab', 401],
    ['Bearer', 401],
    ['Basic abc', 401],
    ['abc', 401],
    ['', 401],
    [undefined, 401],
  ])('with the token abc, %j gets %j', (authorization, status) => {
    expect(statusOf({ authorization }, { token: 'abc' })).toBe(status);
    expect(statusOf({ authorization, path: '/health' }, { token: 'abc' })).toBeUndefined();
  });
});
