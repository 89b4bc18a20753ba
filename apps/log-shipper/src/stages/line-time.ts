/** Length of `2026-02-03T04:05:06`. */
const SECONDS_LENGTH = 19;
const DIGIT_ZERO = 0x30;

/**
 * Milliseconds since 1970 of timestamps in the form of `PieceMark`, cheap where many in a row are of the same second.
 * A timestamp of another form is as early as 1970.
 */
export function createLineTime(): (timestamp: string) => number {
  let lastSecond = '';
  let lastMs = 0;
  return (timestamp) => {
    if (!timestamp.startsWith(lastSecond) || lastSecond === '') {
      lastSecond = timestamp.slice(0, SECONDS_LENGTH);
      lastMs = Date.parse(`${lastSecond}Z`) || 0;
    }
    const digit = (at: number): number => timestamp.charCodeAt(SECONDS_LENGTH + at) - DIGIT_ZERO;
    return lastMs + (digit(1) * 100 + digit(2) * 10 + digit(3) || 0);
  };
}
