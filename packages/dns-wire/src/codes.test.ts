import { describe, expect, it } from 'vitest';
import { classCode, className, parseClass, parseType, typeCode, typeName } from './codes.ts';

describe('typeName and typeCode', () => {
  it.each([
    [1, 'A'],
    [33, 'SRV'],
    [41, 'OPT'],
    [255, 'ANY'],
    [65, 'TYPE65'],
    [65_535, 'TYPE65535'],
  ] as const)('%i is %s and back', (code, name) => {
    expect([typeName(code), typeCode(name)]).toEqual([name, code]);
  });
});

describe('className and classCode', () => {
  it.each([
    [1, 'IN'],
    [3, 'CH'],
    [255, 'ANY'],
    [42, 'CLASS42'],
  ] as const)('%i is %s and back', (code, name) => {
    expect([className(code), classCode(name)]).toEqual([name, code]);
  });
});

describe('parseType', () => {
  it.each([
    ['srv', 'SRV'],
    ['TYPE33', 'SRV'],
    ['type65', 'TYPE65'],
    ['TYPE', undefined],
    ['TYPE65536', undefined],
    ['bogus', undefined],
    ['', undefined],
  ])('reads %j as %s (RFC 3597 section 5)', (text, type) => {
    expect(parseType(text)).toBe(type);
  });
});

describe('parseClass', () => {
  it.each([
    ['in', 'IN'],
    ['CLASS1', 'IN'],
    ['CLASS42', 'CLASS42'],
    ['A', undefined],
  ])('reads %j as %s', (text, name) => {
    expect(parseClass(text)).toBe(name);
  });
});
