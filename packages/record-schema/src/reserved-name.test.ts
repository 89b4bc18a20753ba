import { describe, expect, it } from 'vitest';
import { reservedNameProblem } from './reserved-name.ts';

describe('reservedNameProblem', () => {
  it.each([
    [['ns', 'dns'], 'ns.dns'],
    [['1', 'ns', 'dns'], 'ns.dns'],
    [['1', 'example.org', 'stub', 'dns'], 'stub.dns'],
    [['local', 'dns'], 'local.dns'],
    [['x', 'apex', 'dns'], 'apex.dns'],
    [['1', 'STUB', 'Dns'], 'stub.dns'],
    [['1', 'example.org', 'stub', 'dns', 'staging'], 'stub.dns'],
  ])('of %j is about %s', (labels, which) => {
    expect(reservedNameProblem(labels)).toBe(
      `what is below ${which} tells DNS servers about the zone, and is no service`,
    );
  });

  it.each([
    [['node-1:dns:53', 'dns']],
    [['1', 'eu', 'dns']],
    [['dns', 'ns']],
    [['ns', '1', 'dns']],
    [['1', 'ns']],
    [['1', 'local', 'web']],
    [['1', 'ns', 'dns-53']],
  ])('is none of %j', (labels) => {
    expect(reservedNameProblem(labels)).toBeUndefined();
  });
});
