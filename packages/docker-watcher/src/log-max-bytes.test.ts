import { describe, expect, it } from 'vitest';
import { logMaxBytes } from './log-max-bytes.ts';

describe('logMaxBytes', () => {
  it.each<[string, unknown, number | undefined]>([
    ['json-file', { 'max-size': '10m' }, 10_000_000],
    ['json-file', { 'max-size': '500K' }, 500_000],
    ['json-file', { 'max-size': '1.5g' }, 1_500_000_000],
    ['json-file', { 'max-size': '4096' }, 4_096],
    ['json-file', { 'max-size': '-1' }, undefined],
    ['json-file', {}, undefined],
    ['json-file', null, undefined],
    ['local', {}, 20_000_000],
    ['local', { 'max-size': '5mb' }, 5_000_000],
    ['journald', { 'max-size': '10m' }, undefined],
  ])('%s with %j: %s', (driver, config, bytes) => {
    expect(logMaxBytes({ Type: driver, Config: config })).toBe(bytes);
  });
});
