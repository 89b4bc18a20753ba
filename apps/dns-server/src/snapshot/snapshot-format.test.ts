import { describe, expect, it } from 'vitest';
import { headerProblem, parseLine, renderDelete, renderEnd, renderHeader, renderPut } from './snapshot-format.ts';

const origin = { pathPrefix: 'skydns' };

describe('headerProblem', () => {
  it('finds nothing in what renderHeader wrote for the same records', () => {
    expect(headerProblem(renderHeader(origin), origin)).toBeUndefined();
  });

  it.each([
    ['', 'malformed'],
    ['[]', 'malformed'],
    ['null', 'malformed'],
    ['{"format":"other","version":1}', 'malformed'],
    ['{"format":"wharf-dns-snapshot","version":2}', 'other-version'],
    ['{"format":"wharf-dns-snapshot"}', 'other-version'],
    [renderHeader({ ...origin, pathPrefix: 'other' }), 'other-records'],
  ])('refuses %s as %s', (line, code) => {
    expect(headerProblem(line, origin)?.code).toBe(code);
  });
});

describe('parseLine', () => {
  it.each([
    [
      renderPut('/skydns/a', { host: '10.0.0.1', port: 80 }),
      { type: 'put', key: '/skydns/a', value: '{"host":"10.0.0.1","port":80}' },
    ],
    [renderDelete('/skydns/a\n"'), { type: 'delete', key: '/skydns/a\n"' }],
    [renderEnd({ revision: 7, currentMs: 9 }), { type: 'end', moment: { revision: 7, currentMs: 9 } }],
  ])('reads %s', (line, expected) => {
    expect(line).not.toContain('\n');
    expect(parseLine(line)).toEqual(expected);
  });

  it.each([
    '',
    'nonsense',
    '7',
    'null',
    '[]',
    '[1]',
    '["a",1]',
    '["a","b","c"]',
    '["a",null]',
    '{}',
    '{"revision":-1,"currentMs":0}',
    '{"revision":1.5,"currentMs":0}',
    '{"revision":1,"currentMs":"0"}',
    '{"revision":1,"currentMs":1e300}',
    '{"revision":1,"currentMs":8640000000000001}',
  ])('refuses %s', (line) => {
    expect(parseLine(line)).toBeUndefined();
  });
});
