import { describe, expect, it } from 'vitest';
import { ipAddressKind } from './ip-address.ts';

describe('ipAddressKind', () => {
  it.each([
    ['10.0.0.1', 'other'],
    ['2001:db8::1', 'other'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['0:0:0:0:0:0:0:0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['127.0.1.1', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['', 'none'],
    ['localhost', 'none'],
    ['10.0.0.1:80', 'none'],
    ['10.0.0.256', 'none'],
    ['[::1]', 'none'],
  ])('%s is %s', (text, kind) => {
    expect(ipAddressKind(text)).toBe(kind);
  });
});
