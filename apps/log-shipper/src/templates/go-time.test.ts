import { describe, expect, it } from 'vitest';
import { formatGoTime, goTimeJson, printGoTime } from './go-time.ts';

const morning = '2026-02-03T04:05:06.120456789Z';
const night = '2024-12-31T00:09:00.000000000Z';

describe('formatGoTime', () => {
  it.each([
    ['2006-01-02T15:04:05Z07:00', '2026-02-03T04:05:06Z', '2024-12-31T00:09:00Z'],
    ['2006-01-02T15:04:05.999999999Z07:00', '2026-02-03T04:05:06.120456789Z', '2024-12-31T00:09:00Z'],
    ['2006-01-02T15:04:05.000000-07:00', '2026-02-03T04:05:06.120456+00:00', '2024-12-31T00:09:00.000000+00:00'],
    ['Mon Jan _2 15:04:05 2006', 'Tue Feb  3 04:05:06 2026', 'Tue Dec 31 00:09:00 2024'],
    ['Monday, 02-Jan-06 15:04:05 MST', 'Tuesday, 03-Feb-26 04:05:06 UTC', 'Tuesday, 31-Dec-24 00:09:00 UTC'],
    ['Mon, 02 Jan 2006 15:04:05 -0700', 'Tue, 03 Feb 2026 04:05:06 +0000', 'Tue, 31 Dec 2024 00:09:00 +0000'],
    ['3:04PM 03:4:5pm', '4:05AM 04:5:6am', '12:09AM 12:9:0am'],
    ['Jan _2 15:04:05.000', 'Feb  3 04:05:06.120', 'Dec 31 00:09:00.000'],
    ['05,99', '06,12', '00'],
    ['January 2, 1/2/06 002 __2', 'February 3, 2/3/26 034  34', 'December 31, 12/31/24 366 366'],
    ['Z0700 Z07 -07 -070000 -07:00:00', 'Z Z +00 +000000 +00:00:00', 'Z Z +00 +000000 +00:00:00'],
    ['Janitor Month', 'Janitor Month', 'Janitor Month'],
    ['_2006', '_2026', '_2024'],
    ['', '', ''],
  ])('by %j', (layout, inTheMorning, atNight) => {
    expect([formatGoTime(morning, layout), formatGoTime(night, layout)]).toEqual([inTheMorning, atNight]);
  });

  it('knows the afternoon and noon', () => {
    expect(formatGoTime('2026-02-03T13:00:00.000000000Z', '3PM 15')).toBe('1PM 13');
    expect(formatGoTime('2026-02-03T12:00:00.000000000Z', '3pm 03')).toBe('12pm 12');
  });
});

it('printGoTime and goTimeJson leave out zeros at the end of the fraction', () => {
  expect(printGoTime(morning)).toBe('2026-02-03 04:05:06.120456789 +0000 UTC');
  expect(printGoTime(night)).toBe('2024-12-31 00:09:00 +0000 UTC');
  expect(goTimeJson(morning)).toBe('2026-02-03T04:05:06.120456789Z');
  expect(goTimeJson(night)).toBe('2024-12-31T00:09:00Z');
});
