import { record, text } from './json.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, m: 1e6, g: 1e9 };

/** The driver `local` begins another file at so many bytes unless told otherwise. */
const LOCAL_MAX_BYTES = 20_000_000;

/**
 * At which length, in bytes, the engine begins another log file, by `HostConfig.LogConfig`; undefined when it never does.
 * Source: Docker, "JSON File logging driver" and "Local file logging driver", option `max-size`: a number and k, m or g.
 */
export function logMaxBytes(logConfig: Readonly<Record<string, unknown>>): number | undefined {
  const driver = text(logConfig['Type']);
  if (driver !== 'json-file' && driver !== 'local') return undefined;
  const size = text(record(logConfig['Config'])['max-size']);
  const { number = '', unit = '' } = /^(?<number>\d+(?:\.\d+)?) ?(?<unit>[bkmg]?)b?$/i.exec(size)?.groups ?? {};
  const bytes = Number(number) * (UNITS[unit.toLowerCase()] ?? 0);
  if (bytes > 0) return bytes;
  return driver === 'local' ? LOCAL_MAX_BYTES : undefined;
}
