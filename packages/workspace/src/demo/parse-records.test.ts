import { describe, expect, it } from 'vitest';
import { parseRecords } from './parse-records.ts';

describe('parseRecords', () => {
  it('gives every record of every service', () => {
    const page = [
      { container: 'shop', name: 'shop', entries: [{ key: '/a', value: '{}' }] },
      { container: 'web', entries: [{ key: '/b', value: '1' }, { key: '/c' }, { key: '/d', value: '2' }] },
    ];
    expect(parseRecords(page)).toEqual([
      { container: 'shop', key: '/a', value: '{}' },
      { container: 'web', key: '/b', value: '1' },
      { container: 'web', key: '/d', value: '2' },
    ]);
  });

  it.each([undefined, {}, [null, 1, { container: 'web' }, { entries: [{ key: '/a', value: '1' }] }]])(
    'leaves out what is of another shape: %j',
    (page) => {
      expect(parseRecords(page)).toEqual([]);
    },
  );
});
