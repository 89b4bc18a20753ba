import { describe, expect, it } from 'vitest';
import { nameServer } from './option-types.ts';

describe('nameServer', () => {
  it.each([
    ['10.0.0.2', { host: '10.0.0.2', port: 53 }],
    ['10.0.0.2:5353', { host: '10.0.0.2', port: 5_353 }],
    ['fd00::1', { host: 'fd00::1', port: 53 }],
    ['[fd00::1]:5353', { host: 'fd00::1', port: 5_353 }],
  ])('takes %s', (text, value) => {
    expect(nameServer.parse(text)).toEqual({ ok: true, value });
  });

  it.each(['ns.example.org', ':53', '10.0.0.2:0', '10.0.0.2:99999', '0.0.0.0', '[::]:53', '224.0.0.251', ''])(
    'does not take %j',
    (text) => {
      expect(nameServer.parse(text).ok).toBe(false);
    },
  );
});
