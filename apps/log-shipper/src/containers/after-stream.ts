import type { ReadingEnd } from '../sources/log-source.ts';

/**
 * - `running`: the container, or it runs again.
 * - `ended`: it does not run, and all it printed is stored.
 * - `gone`: there is no such container any more.
 * - `unknown`: the engine could not be asked.
 */
export type ContainerFate = 'running' | 'ended' | 'gone' | 'unknown';

/**
 * - `finish`: nothing is left to read.
 * - `read-rest`: open the log once more, at once.
 * - `reopen`: open the log again, after a delay.
 */
export type NextStep = 'finish' | 'read-rest' | 'reopen';

/**
 * What to do after a stream. That the engine closed it and the container has ended is not enough: Docker (20.10 at
 * least) closes a follower without the last line when that has no line feed. Only a stream opened when the container
 * had ended already holds everything.
 * @param hadEnded the run that has ended was known to have when the stream was opened
 */
export function afterStream(end: ReadingEnd['kind'], fate: ContainerFate, hadEnded: boolean): NextStep {
  if (end === 'unreadable' || fate === 'gone') return 'finish';
  if (fate !== 'ended') return 'reopen';
  if (end === 'closed' && hadEnded) return 'finish';
  return end === 'closed' ? 'read-rest' : 'reopen';
}
