import { defineOptions, durationMs, integer, list, string, toggle } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { readJsonOptions } from './json-options.ts';

const table = defineOptions({
  addr: { flag: 'addr', type: string(), default: '', summary: '.' },
  minTtl: { flag: 'min-ttl', type: integer(), default: 1, summary: '.' },
  nameservers: { flag: 'nameservers', type: list(string()), default: [], summary: '.' },
  roundRobin: { flag: 'round-robin', type: toggle(), default: true, summary: '.' },
  rtimeout: { flag: 'rtimeout', type: durationMs(), default: 1, summary: '.' },
  flagless: { variables: ['FLAGLESS'], type: string(), default: '', summary: '.' },
});

const read = (value: unknown) => readJsonOptions(JSON.stringify(value), table);

const texts = (value: unknown) => {
  const result = read(value);
  return result.ok ? result.value.options.map(({ flag, text }) => `-${flag} ${text}`) : result.error;
};

describe('readJsonOptions', () => {
  it.each([
    [{ min_ttl: 30 }, '-min-ttl 30'],
    [{ MIN_TTL: '30' }, '-min-ttl 30'],
    [{ min_ttl: 0.5 }, '-min-ttl 0.5'],
    [{ round_robin: false }, '-round-robin false'],
    [{ dns_addr: '0.0.0.0:53' }, '-addr 0.0.0.0:53'],
    [{ nameservers: ['8.8.8.8:53', '8.8.4.4:53'] }, '-nameservers 8.8.8.8:53,8.8.4.4:53'],
    [{ nameservers: '8.8.8.8:53' }, '-nameservers 8.8.8.8:53'],
    [{ read_timeout: 2_000_000_000 }, '-rtimeout 2000000000ns'],
    [{ rtimeout: '2s' }, '-rtimeout 2s'],
  ])('reads %j', (value, expected) => {
    expect(texts(value)).toEqual([expected]);
  });

  it.each([[null], [''], [[]]])('takes %j for nothing', (value) => {
    expect(texts({ min_ttl: value })).toEqual([]);
  });

  it('tells fields that are no option, and values that no option has', () => {
    expect(read({ ttl: 3, '': 1, flagless: 'x', min_ttl: { a: 1 }, nameservers: [['a']] })).toEqual({
      ok: true,
      value: {
        options: [
          { field: 'min_ttl', flag: 'min-ttl', text: undefined },
          { field: 'nameservers', flag: 'nameservers', text: undefined },
        ],
        unknown: ['ttl', '', 'flagless'],
      },
    });
  });

  it.each(['', '{', '[]', 'null', '"{}"', '3'])('refuses %j', (json) => {
    expect(readJsonOptions(json, table)).toEqual({ ok: false, error: 'is not a JSON object' });
  });

  it('takes no field for what every object has', () => {
    expect(readJsonOptions('{"__proto__": 3, "constructor": 4}', table)).toEqual({
      ok: true,
      value: { options: [], unknown: ['__proto__', 'constructor'] },
    });
  });
});
