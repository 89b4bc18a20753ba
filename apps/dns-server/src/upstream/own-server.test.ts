import { describe, expect, it } from 'vitest';
import { isOwnServer } from './own-server.ts';

const isOwn = (server: string, listen: string, port = 53): boolean =>
  isOwnServer({ host: server, port: 53 }, { listen: { host: listen, port }, hostAddresses: ['10.0.0.5'] });

describe('isOwnServer', () => {
  it.each([
    ['its own address', '127.0.0.1', '127.0.0.1', true],
    ['another address of loopback', '127.0.0.53', '127.0.0.1', false],
    ['the unspecified address, when it is on loopback', '0.0.0.0', '127.0.0.1', true],
    ['the unspecified address, when it is elsewhere', '0.0.0.0', '10.0.0.9', false],
    ['loopback, when it listens on all addresses', '127.0.0.53', '', true],
    ['loopback in IPv6, when it listens on all addresses', '::1', '', true],
    ['loopback, when it listens on the unspecified address', '127.0.0.1', '0.0.0.0', true],
    ["an address of the host's, when it listens on all", '10.0.0.5', '::', true],
    ['an address of another host, when it listens on all', '10.0.0.6', '::', false],
    ["an address of the host's, when it listens on one", '10.0.0.5', '10.0.0.9', false],
    ['its own address, spelled otherwise', 'FD00:0:0::1', 'fd00::1', true],
  ])('knows itself: %s', (_what, server, listen, expected) => {
    expect(isOwn(server, listen)).toBe(expected);
  });

  it('is not the server on another port', () => {
    expect(isOwn('127.0.0.1', '127.0.0.1', 5_353)).toBe(false);
  });
});
