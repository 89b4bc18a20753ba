/**
 * The severity (RFC 5424, section 6.2.1) of a level as loggers write it, undefined when it is none: syslog's own names
 * and numbers, those of pino, bunyan, zap, logrus, slog, winston, log4j, java.util.logging, Serilog and Python, in any
 * case. `panic` and `fatal` end a program, which is critical, not an emergency of the host.
 */
export function severityOfLevel(level: unknown): number | undefined {
  if (typeof level === 'number') return severityOfNumber(level);
  if (typeof level !== 'string' || level.length > NAME_LIMIT) return undefined;
  const name = level.trim().toLowerCase();
  if (/^\d{1,3}$/.test(name)) return severityOfNumber(Number(name));
  // slog writes levels between its own as `INFO+2`.
  return severities.get(name.replace(/[+-]\d{1,3}$/, ''));
}

const NAME_LIMIT = 32;

const namesBySeverity: readonly (readonly [severity: number, names: string])[] = [
  [0, 'emerg emergency'],
  [1, 'alert'],
  [2, 'crit critical fatal panic dpanic'],
  [3, 'error err eror severe e'],
  [4, 'warn warning wrn w'],
  [5, 'notice'],
  [6, 'info information informational inf config http default i'],
  [7, 'debug dbg verbose trace silly fine finer finest d t v'],
];

const severities: ReadonlyMap<string, number> = new Map(
  namesBySeverity.flatMap(([severity, names]) => names.split(' ').map((name) => [name, severity] as const)),
);

/** Syslog's 0 to 7, or pino's and bunyan's tens, of which a level between two counts as the lower one. */
function severityOfNumber(level: number): number | undefined {
  if (!Number.isInteger(level) || level < 0 || level > 100) return undefined;
  if (level <= 7) return level;
  if (level < 30) return 7;
  if (level < 40) return 6;
  if (level < 50) return 4;
  return level < 60 ? 3 : 2;
}
