import { runDemo } from '../demo/run-demo.ts';
import { createNarrator } from '../demo/terminal.ts';
import { UserError } from '../user-error.ts';
import { buildQuietly } from './build.ts';
import { describeFailure } from './describe-failure.ts';

/** Builds, then runs the demo; 0 only if every step really happened, 130 after Ctrl-C. Cleans up in every case. */
export async function demo(): Promise<number> {
  const built = await buildQuietly();
  if (built !== 0) return built;
  const interrupted = new AbortController();
  const interrupt = (): void => {
    if (!interrupted.signal.aborted) process.stderr.write('\nInterrupted: cleaning up ...\n');
    interrupted.abort(new UserError('The demo was interrupted.'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  // A reader that has gone (the terminal was closed, `| head`) must not keep the demo from cleaning up.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', interrupt);
  const screen = {
    write: (text: string) => process.stdout.write(text),
    isTerminal: process.stdout.isTTY,
  };
  const narrator = createNarrator(screen, () => performance.now());
  try {
    await runDemo(narrator, interrupted.signal, process.env);
  } catch (error) {
    if (error !== interrupted.signal.reason) process.stderr.write(`\nThe demo failed: ${describeFailure(error)}\n`);
    return interrupted.signal.aborted ? 130 : 1;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
  narrator.heading('Every step happened, and everything that was started has been removed again.');
  return 0;
}
