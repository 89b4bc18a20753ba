import { describe, expect, it } from 'vitest';
import { mailbox, nameServer } from './option-types.ts';

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

describe('mailbox', () => {
  it.each([
    ['first.last@example.org', ['first.last', 'example', 'org']],
    ['hostmaster.example.org', ['hostmaster', 'example', 'org']],
    ['caf\u00e9+dns@example.org', ['caf\u00e9+dns', 'example', 'org']],
  ])('takes %s', (text, value) => {
    expect(mailbox.parse(text)).toEqual({ ok: true, value });
  });

  it.each([
    'a b@c',
    ' a@c',
    'a@c d',
    'a\tb@c',
    'a\u00a0b@c',
    'a\u0000@c',
    'a\u0085@c',
    'a@c\n',
    'a\\032b.c',
    'a@c\\007',
  ])('says of %j that it has a blank or a control character', (text) => {
    expect(mailbox.parse(text)).toEqual({
      ok: false,
      error: 'is not a mailbox: it has a blank or a control character',
    });
  });

  it.each(['', 'a', '@example.org', 'a@', 'a..b'])('does not take %j', (text) => {
    expect(mailbox.parse(text).ok).toBe(false);
  });
});
