import { describe, expect, it } from 'vitest';
import { askAbsent, askEach, askMixed } from './question-lines.ts';
import { makeServices } from './service-data.ts';

const services = makeServices(100, 4);
const typesOf = (lines: readonly string[]) => lines.map((line) => line.split(' ')[1]);

describe('askEach', () => {
  it('asks for every service once', () => {
    expect(new Set(askEach(services, 'SRV')).size).toBe(100);
    expect(askEach(services, 'SRV')[7]).toBe('s7.bench.example SRV');
  });
});

describe('askAbsent', () => {
  it('asks for another name each time, beside services and beside instances', () => {
    const lines = askAbsent(services, 1_000);
    expect(new Set(lines).size).toBe(1_000);
    expect(lines.slice(2, 4)).toEqual(['no-2.s2.bench.example A', 'no-3.bench.example A']);
  });
});

describe('askMixed', () => {
  const lines = askMixed(services, 2_000);

  it('has the shares of the mix', () => {
    const absent = lines.filter((line) => line.startsWith('no-'));
    const present = typesOf(lines.filter((line) => !line.startsWith('no-')));
    const share = (type: string) => present.filter((each) => each === type).length / lines.length;
    expect([share('A'), share('AAAA'), share('SRV'), absent.length / lines.length]).toEqual([0.45, 0.3, 0.15, 0.1]);
  });

  it('asks for every service, of every type', () => {
    for (const type of ['A', 'AAAA', 'SRV']) {
      const asked = lines.filter((line) => /^s\d+\./.test(line) && line.endsWith(` ${type}`));
      expect(new Set(asked).size).toBe(100);
    }
  });
});
