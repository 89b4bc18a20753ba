import { describe, expect, it } from 'vitest';
import { createResendWindow } from './resend-window.ts';

describe('createResendWindow', () => {
  it('lets go of messages when they are old enough', () => {
    const window = createResendWindow({ ageMs: 100, bytes: 1_000 });
    expect(window.add(2, 10, 0)).toBe(0);
    expect(window.add(3, 10, 50)).toBe(0);
    expect(window.nextExpiryMs(60)).toBe(40);
    expect([window.expire(99), window.expire(100), window.expire(150)]).toEqual([0, 2, 3]);
    expect(window.nextExpiryMs(150)).toBeUndefined();
  });

  it('lets go of the oldest when there are too many bytes', () => {
    const window = createResendWindow({ ageMs: 100, bytes: 25 });
    window.add(1, 10, 0);
    window.add(1, 10, 0);
    expect(window.add(5, 10, 0)).toBe(1);
    expect(window.clear()).toBe(6);
    expect(window.clear()).toBe(0);
  });

  it('lets go of the oldest when there are too many', () => {
    const window = createResendWindow({ ageMs: 100, bytes: 1_000, messages: 5 });
    expect([window.add(2, 1, 0), window.add(3, 1, 0), window.add(1, 1, 0)]).toEqual([0, 0, 2]);
    expect([window.messages, window.clear(), window.messages]).toEqual([4, 4, 0]);
  });

  it('of age 0 holds nothing', () => {
    expect(createResendWindow({ ageMs: 0, bytes: 1_000 }).add(4, 10, 7)).toBe(4);
  });
});
