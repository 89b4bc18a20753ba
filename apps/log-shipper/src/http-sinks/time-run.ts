/**
 * Numbers lines of one time: 0 for the first, 1 for the next one with the same time, and so on. With times to the
 * nanosecond two lines hardly ever share one; engines that give whole seconds make long runs.
 */
export function createTimeRun(): (timestamp: string) => number {
  let last = '';
  let ordinal = 0;
  return (timestamp) => {
    ordinal = timestamp === last ? ordinal + 1 : 0;
    last = timestamp;
    return ordinal;
  };
}
