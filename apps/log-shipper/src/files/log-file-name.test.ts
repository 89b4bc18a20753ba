import { describe, expect, it } from 'vitest';
import { currentLogName, orderLogFiles } from './log-file-name.ts';

const id = '0123456789abcdef'.repeat(4);
const current = currentLogName(id);

const order = (...endings: readonly string[]): readonly string[] =>
  orderLogFiles(
    endings.map((ending) => current + ending),
    id,
  ).map(({ name }) => name.slice(current.length));

describe('orderLogFiles', () => {
  it('has the oldest first, by number', () => {
    expect(order('', '.1', '.10', '.2', '.9.gz')).toEqual(['.10', '.9.gz', '.2', '.1', '']);
  });

  it.each([
    ['before', ['.1.gz', '.1', '']],
    ['after', ['', '.1', '.1.gz']],
  ])('leaves out a file that is being compressed, listed %s the whole one', (_name, endings) => {
    expect(order(...endings)).toEqual(['.1', '']);
  });

  it('leaves out whatever else is there', () => {
    expect(order('.0', '.01', '.1.gz.tmp', '.gz', '.1.bz2', '.1234567', '~', '.-1')).toEqual([]);
    expect(orderLogFiles(['hostconfig.json', 'config.v2.json', '', `x${current}`], id)).toEqual([]);
  });
});
