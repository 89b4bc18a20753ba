import { describe, expect, it } from 'vitest';
import { parseEngineVersion } from './engine-version.ts';

describe('parseEngineVersion', () => {
  it.each([
    [
      { Version: '20.10.24', ApiVersion: '1.41', MinAPIVersion: '1.12', Components: [{ Name: 'Engine' }] },
      { flavour: 'docker', version: '20.10.24', apiVersion: '1.41' },
    ],
    [
      { Version: '40.0.0', ApiVersion: '1.90', MinAPIVersion: '1.44' },
      { flavour: 'docker', version: '40.0.0', apiVersion: '1.52' },
    ],
    [
      { Version: '4.3.1', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] },
      { flavour: 'podman', version: '4.3.1', apiVersion: '1.41' },
    ],
  ])('reads %j', (answer, value) => {
    expect(parseEngineVersion(answer)).toEqual({ ok: true, value });
  });

  it.each([
    [{ ApiVersion: '2.10', MinAPIVersion: '2.0' }, /serves API 2\.0 and newer/],
    [{ ApiVersion: '../..' }, /tells no API version/],
    ['<html>', /is no JSON object/],
  ])('refuses %j', (answer, sentence) => {
    const result = parseEngineVersion(answer);
    expect(result.ok ? '' : result.error).toMatch(sentence);
  });
});
