/** The longest delay that Node's timers take, almost 25 days; longer ones fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
