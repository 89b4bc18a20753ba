import { describe, expect, it } from 'vitest';
import { findAdminAddress, type RunningAgent } from './find-admin-address.ts';

const MAIN = '/opt/wharf/dist/main.js';
const START = ['/sbin/tini', '--', 'node', '--max-semi-space-size=16', MAIN];
const DEFAULT = { host: '127.0.0.1', port: 8054 };

function find({ commandLine = START, env = {} }: Partial<RunningAgent>) {
  return findAdminAddress({ commandLine, env, main: MAIN, adminAddr: DEFAULT });
}

describe('findAdminAddress', () => {
  it.each([
    { args: [], env: {}, expected: DEFAULT },
    { args: ['-admin-addr', '10.0.0.1:9000'], env: {}, expected: { host: '10.0.0.1', port: 9000 } },
    { args: ['--admin-addr=[::1]:9000'], env: {}, expected: { host: '::1', port: 9000 } },
    { args: [], env: { ADMIN_ADDR: ':9001' }, expected: { host: '', port: 9001 } },
    { args: ['-admin-addr=:9000'], env: { ADMIN_ADDR: ':9001' }, expected: { host: '', port: 9000 } },
    { args: ['-admin-addr=:9000', '-admin-addr=:9002'], env: {}, expected: { host: '', port: 9002 } },
    { args: ['-admin-addr', 'off'], env: {}, expected: undefined },
    {
      args: ['-ip', '10.0.0.1', '-internal', 'skydns2://10.0.0.1/x', '-admin-addr=:9000'],
      env: {},
      expected: { host: '', port: 9000 },
    },
    { args: ['-log-level', 'debug', '--', '-admin-addr=:9000'], env: {}, expected: DEFAULT },
  ])('is $expected of $args with $env', ({ args, env, expected }) => {
    expect(find({ commandLine: [...START, ...args], env })).toEqual({ ok: true, value: expected });
  });

  it('takes nothing before the program for an option of it', () => {
    expect(find({ commandLine: ['init', '-admin-addr=:9000', ...START] })).toEqual({ ok: true, value: DEFAULT });
  });

  it('goes by variables alone where another program is the first process', () => {
    const env = { ADMIN_ADDR: ':9001' };
    const found = find({ commandLine: ['/sbin/init', '-admin-addr=:9000'], env });
    expect(found).toEqual({ ok: true, value: { host: '', port: 9001 } });
  });

  it('says what is wrong with an address', () => {
    const found = find({ commandLine: [...START, '-admin-addr=nowhere'] });
    expect(found).toEqual({ ok: false, error: expect.stringContaining('-admin-addr is not host:port') });
  });
});
