import { describe, expect, it } from 'vitest';
import { createBudget, DEFAULT_LIMITS } from './budget.ts';
import { sprintf } from './printf.ts';

describe('sprintf', () => {
  it.each<readonly [string, readonly unknown[], string]>([
    ['%s|%v|%q', ['a', 'b', 'c"\n'], 'a|b|"c\\"\\n"'],
    ['%5s|%-5s|%.2s|%05d', ['é', 'b', 'abc', -42], '    é|b    |ab|-0042'],
    ['%d %+d %5d %-5d| % d', [1, 2, 3, 4, 5], '1 +2     3 4    |  5'],
    ['%x %X %#x %o %b %c %U %q', [255, 255, 255, 8, 5, 233, 233, 120], "ff FF 0xff 10 101 é U+00E9 'x'"],
    ['%x % x %X', ['hi', 'hi', 'é'], '6869 68 69 C3A9'],
    ['%t %v', [true, false], 'true false'],
    [
      '%f %.2f %6.1f|%e %g %.3g %G',
      [1.5, 2.375, 3.0625, 123456.789, 0.00001, 1234.5, 1e-7],
      '1.500000 2.38    3.1|1.234568e+05 1e-05 1.23e+03 1E-07',
    ],
    ['%v %v %v', [1e21, 0.00001, 1e20], '1e+21 1e-05 100000000000000000000'],
    ['%v %+v', [{ b: 1, a: [2, null] }, { a: 'x' }], 'map[a:[2 <nil>] b:1] map[a:x]'],
    ['%q %d %s', [['a', 'b'], [1, 2], ['x']], '["a" "b"] [1 2] [x]'],
    ['%T %T %T %T %T', [1, 1.5, 'a', null, true], 'int float64 string <nil> bool'],
    ['%d %s %t %z', ['x', 5, 1, 2], '%!d(string=x) %!s(int=5) %!t(int=1) %!z(int=2)'],
    ['%s %d', [null, null], '%!s(<nil>) %!d(<nil>)'],
    ['%d %d', [1], '1 %!d(MISSING)'],
    ['%d', [1, 'a', null], '1%!(EXTRA string=a, <nil>)'],
    ['100%% %', [], '100% %!(NOVERB)'],
    ['%*d|%-*d|%.*f', [5, 1, 5, 2, 1, 2.75], '    1|2    |2.8'],
    ['%q %q', ['\u0007\u200b\u{10ffff}', 'é😀'], '"\\a\\u200b\\U0010ffff" "é😀"'],
    ['%d %v', [2n ** 70n, -1n], '1180591620717411303424 -1'],
    ['%v %v %v', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 'NaN +Inf -Inf'],
    ['%06.2f|%+.1f|%06d', [-1.5, 2.5, 42], '-01.50|+2.5|000042'],
  ])('%s', (format, args, expected) => {
    expect(sprintf(format, args, createBudget(DEFAULT_LIMITS))).toBe(expected);
  });
});
