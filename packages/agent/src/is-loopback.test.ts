import { describe, expect, it } from 'vitest';
import { isLoopback, isLoopbackHostHeader } from './is-loopback.ts';

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost', 'LOCALHOST.', 'a.localhost'])('knows %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['', '0.0.0.0', '::', '10.0.0.1', 'localhost.example.org', '127.0.0.1.example.org', 'mylocalhost'])(
    'is not taken in by "%s"',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('isLoopbackHostHeader', () => {
  it.each([
    ['localhost', true],
    ['localhost:8053', true],
    ['127.0.0.1:8053', true],
    ['[::1]:8053', true],
    ['[::1]', true],
    ['', false],
    ['rebound.example.org:8053', false],
    ['localhost:8053.example.org', false],
    ['localhost@example.org', false],
  ])('of "%s" is %s', (header, expected) => {
    expect(isLoopbackHostHeader(header)).toBe(expected);
  });
});
