import { type Logger, silentLogger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import type { UpstreamTry } from './create-upstream.ts';
import { createServerReporter } from './report-servers.ts';

const setUp = () => {
  const lines: string[] = [];
  const say = (fields: object, message: string): void => void lines.push(`${JSON.stringify(fields)} ${message}`);
  const log: Logger = { ...silentLogger, info: say, warn: say };
  const report = createServerReporter(log);
  const tried = (outcome: UpstreamTry['outcome'], host = '192.0.2.1'): void =>
    report({ server: { host, port: 53 }, outcome, durationMs: 1 });
  return { lines, tried };
};

describe('createServerReporter', () => {
  it('says once that a server is silent, and once that it is back', () => {
    const { lines, tried } = setUp();
    for (let i = 0; i < 10; i++) tried('timeout');
    for (let i = 0; i < 10; i++) tried('answer');
    expect(lines).toEqual([
      '{"server":"192.0.2.1:53","outcome":"timeout"} a name server does not answer',
      '{"server":"192.0.2.1:53"} a name server answers again',
    ]);
  });

  it('says nothing of single losses, nor of what is no fault of the server', () => {
    const { lines, tried } = setUp();
    for (let i = 0; i < 10; i++) {
      tried('network');
      tried('timeout');
      tried('aborted');
      tried('question');
      tried('answered');
    }
    expect(lines).toEqual([]);
  });

  it('watches 256 servers at once, and others when some of them are back', () => {
    const { lines, tried } = setUp();
    const away = (host: string): void => [1, 2, 3].forEach(() => tried('timeout', host));
    for (let n = 0; n < 256; n++) away(`192.0.2.${n}`);
    away('198.51.100.1');
    expect(lines).toHaveLength(256);
    tried('answered', '192.0.2.0');
    away('198.51.100.1');
    expect(lines.at(-1)).toContain('198.51.100.1:53');
  });
});
