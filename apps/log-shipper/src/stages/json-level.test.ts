import { describe, expect, it } from 'vitest';
import { severityOfLevel } from './json-level.ts';

describe('severityOfLevel', () => {
  it.each([
    ['syslog', ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'], [0, 1, 2, 3, 4, 5, 6, 7]],
    ['syslog numbers', [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7]],
    ['pino, bunyan', [10, 20, 30, 40, 50, 60], [7, 7, 6, 4, 3, 2]],
    ['pino, own levels', [35, 45, '30'], [6, 4, 6]],
    ['zap', ['debug', 'info', 'warn', 'error', 'dpanic', 'panic', 'fatal'], [7, 6, 4, 3, 2, 2, 2]],
    ['logrus', ['trace', 'debug', 'info', 'warning', 'error', 'fatal', 'panic'], [7, 7, 6, 4, 3, 2, 2]],
    ['slog', ['DEBUG', 'INFO', 'INFO+2', 'WARN', 'ERROR-1'], [7, 6, 6, 4, 3]],
    ['winston', ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly'], [3, 4, 6, 6, 7, 7, 7]],
    ['Python', ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'], [7, 6, 4, 3, 2]],
    ['log4j', ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'], [7, 7, 6, 4, 3, 2]],
    ['java.util.logging', ['SEVERE', 'WARNING', 'INFO', 'CONFIG', 'FINE', 'FINEST'], [3, 4, 6, 6, 7, 7]],
    ['Serilog', ['Verbose', 'Debug', 'Information', 'Warning', 'Error', 'Fatal'], [7, 7, 6, 4, 3, 2]],
    ['Google Cloud', ['DEFAULT', 'NOTICE', 'ALERT', 'EMERGENCY'], [6, 5, 1, 0]],
    ['letters', ['E', 'W', 'I', 'D', ' info '], [3, 4, 6, 7, 6]],
  ])('%s', (_logger, levels, severities) => {
    expect(levels.map(severityOfLevel)).toEqual(severities);
  });

  it.each(['', 'loud', 'constructor', '__proto__', '-1', -1, 1.5, 101, Number.NaN, 1e300, 'info'.repeat(99), null, {}])(
    'knows no level %j',
    (level) => {
      expect(severityOfLevel(level)).toBeUndefined();
    },
  );
});
