import { constants } from 'node:os';

const FIRST_REALTIME_SIGNAL = 34;
const LAST_REALTIME_SIGNAL = 64;

/**
 * The number of a signal as images and events name it: `SIGTERM`, `term`, `15`, `RTMIN+3` (systemd's), `RTMAX-1`. Undefined for what is
 * no signal of Linux.
 */
export function parseSignal(text: string): number | undefined {
  const name = text.trim().toUpperCase().replace(/^SIG/, '');
  if (/^\d{1,2}$/.test(name)) return inRange(Number(name));
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  if (realtime !== null) {
    const [, end, sign, offset = '0'] = realtime;
    const base = end === 'MIN' ? FIRST_REALTIME_SIGNAL : LAST_REALTIME_SIGNAL;
    return inRange(base + (sign === '-' ? -Number(offset) : Number(offset)));
  }
  return Object.entries(constants.signals).find(([key]) => key === `SIG${name}`)?.[1];
}

function inRange(signal: number): number | undefined {
  return signal >= 1 && signal <= LAST_REALTIME_SIGNAL ? signal : undefined;
}
