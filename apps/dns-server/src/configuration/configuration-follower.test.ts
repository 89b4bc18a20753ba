import type { Logger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { configureStored } from '../testing/configure-server.ts';
import { createConfigurationFollower } from './configuration-follower.ts';

const KEY = '/skydns/config';

const follow = () => {
  const lines: (readonly [string, unknown])[] = [];
  let rejected = 0;
  const note =
    (level: string): Logger['info'] =>
    (fields) =>
      void lines.push([level, fields]);
  const log: Logger = {
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  };
  const stored = configureStored([]);
  const follower = createConfigurationFollower({ stored, key: KEY, log, onRejected: () => void rejected++ });
  return { follower, stored, lines, rejected: () => rejected };
};

describe('createConfigurationFollower', () => {
  it('hands on each text once', () => {
    const { follower, stored, lines } = follow();
    expect(follower.take(undefined, 'start')).toBe(false);
    expect(follower.take('{"ttl":5}', 'start')).toBe(true);
    expect(follower.take('{"ttl":5}', 'running')).toBe(false);
    expect([follower.json, stored.server.answers.policy.ttlSeconds]).toEqual(['{"ttl":5}', 5]);
    expect(follower.take(undefined, 'running')).toBe(true);
    expect([follower.json, stored.server.answers.policy.ttlSeconds]).toEqual([undefined, 3_600]);
    expect(lines.map(([level]) => level)).toEqual(['info', 'info']);
  });

  it('names mistakes and counts the configuration, and names what it leaves alone in a line of each kind', () => {
    const { follower, lines, rejected } = follow();
    follower.take('{"ttl":"long","colour":1,"flavour":2,"machines":"x","dns_addr":"10.0.0.9:53"}', 'running');
    expect(rejected()).toBe(1);
    expect(lines).toEqual([
      ['warn', { key: KEY, problems: [expect.stringMatching(/^ttl: "long" is not a whole number/)] }],
      ['warn', { key: KEY, fields: ['colour', 'flavour'] }],
      ['warn', { key: KEY, fields: ['machines'] }],
      ['warn', { key: KEY, fields: ['dns_addr'] }],
    ]);
  });

  it('fills no log with thousands of fields, nor with a field of thousands of characters', () => {
    const { follower, lines } = follow();
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field_${index}`, 1]));
    follower.take(JSON.stringify(many), 'running');
    follower.take(JSON.stringify({ ['x'.repeat(100_000)]: 1 }), 'running');
    expect(JSON.stringify(lines).length).toBeLessThan(2_000);
  });
});
