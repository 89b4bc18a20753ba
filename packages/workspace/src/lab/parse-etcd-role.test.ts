import { describe, expect, it } from 'vitest';
import { parseEtcdRole } from './parse-etcd-role.ts';

describe('parseEtcdRole', () => {
  const status = (memberId: number, more: string): string =>
    `[{"Endpoint":"http://10.77.0.11:2379","Status":{"header":{"member_id":${memberId}}${more}}}]`;

  it.each([
    [status(7, ',"leader":7'), 'leader'],
    [status(7, ',"leader":8'), 'follower'],
    [status(7, ',"leader":0'), 'alone'],
    [status(7, ''), 'alone'],
    ['[]', 'silent'],
    ['{}', 'silent'],
  ])('reads %s as %s', (json, expected) => {
    expect(parseEtcdRole(json)).toBe(expected);
  });
});
