import { describe, expect, it } from 'vitest';
import { optionDefaults } from '../routes/option-defaults.ts';
import { routeOptionErrors } from '../routes/route-options.ts';
import { spoolOptions, spoolRouteOptions, spoolSettings } from './spool-options.ts';

const defaults = optionDefaults(spoolOptions);
const settingsOf = (options: Readonly<Record<string, string>>) =>
  spoolSettings(defaults, { options: new Map(Object.entries(options)) });

describe('spoolSettings', () => {
  it('is off unless told otherwise', () => {
    expect(settingsOf({})).toEqual({ isOn: false, sizeBytes: 2 ** 30, whenFull: 'block', syncMs: 200 });
  });

  it('takes the options of the route first', () => {
    const own = { spool: 'on', 'spool-size': '16777216', 'spool-full': 'drop-oldest', 'spool-sync': '1s' };
    expect(settingsOf(own)).toEqual({ isOn: true, sizeBytes: 2 ** 24, whenFull: 'drop-oldest', syncMs: 1_000 });
  });
});

describe('spoolRouteOptions', () => {
  it.each([
    ['spool', 'yes', 'is neither on nor off'],
    ['spool-size', '16777215', 'is out of range: it must be a whole number from 16777216 to 1099511627776'],
    ['spool-full', 'drop', 'is none of block, drop-oldest'],
    ['spool-sync', '11s', 'is too long: it must be at most 10s'],
  ])('refuses %s=%s', (name, text, error) => {
    expect(routeOptionErrors(new Map([[name, text]]), undefined, spoolRouteOptions)).toEqual([
      `has an option ${name} that ${error}`,
    ]);
  });
});
