import { parseTimestamp, renderTimestamp } from '@wharf/docker-watcher';

/** Length of `2026-02-03T04:05:06.123456789Z`. */
const NORMAL_LENGTH = 30;

/**
 * An engine's time in UTC with nine digits, 30 characters, so that texts compare as times; undefined when it is none.
 * Docker writes it so; Podman writes whole seconds with the host's offset.
 */
export function normalTimestamp(text: string): string | undefined {
  if (text.length === NORMAL_LENGTH && text.endsWith('Z') && text[19] === '.') return text;
  const timeNano = parseTimestamp(text);
  return timeNano === undefined ? undefined : renderTimestamp(timeNano);
}
