import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dockerd } from '@wharf/testkit';

/** Containers that print numbered lines until they are told to end. */
export interface NumberedContainers {
  /** One more that prints and exits at once, its last line without an end. */
  runBrief(): Promise<void>;
  /** The same with `--rm`, which lives for a second: its log goes with it. */
  runVanishing(): Promise<void>;
  /** Lines of each container with `--rm`, of each source. */
  readonly vanishingLines: number;
  /** Tells them to end; they print a last line without its end. */
  end(): void;
}

/** Hard to pass on: for JSON, for byte counts, and for whoever cuts characters in two. */
const PAD = 'grüße "to" \\n\\ the <other> & \t 😀 side';
const BRIEF_LINES = 40;

/** `stdout 17 ...`, and the same on standard error. */
const printBoth = `i=$((i+1)); printf '%s\\n' "stdout $i $PAD"; printf '%s\\n' "stderr $i $PAD" >&2`;
const printLast = `printf 'stdout %s unended' $((i+1)); printf 'stderr %s unended' $((i+1)) >&2`;
const burst = (lines: number): string => `n=0; while [ $n -lt ${lines} ]; do n=$((n+1)); ${printBoth}; done`;
const untilEnd = (body: string, pause: number): string =>
  `i=0; until [ -e /signal/end ]; do ${body}; sleep ${pause}; done; ${printLast}`;
const rotating = (kilobytes: number): readonly string[] => [
  '--log-opt',
  `max-size=${kilobytes}k`,
  '--log-opt',
  'max-file=400',
];

/**
 * Starts them. The names of those whose logs rotate many times a second begin with `files-`: an engine gives its followers over
 * the API no file that it has rotated away twice while they did not read, so only readers of the files can have them all.
 * @param seconds how long they will run: none loses a line to `max-file`
 */
export async function startNumberedContainers(
  dockerd: Dockerd,
  image: string,
  seconds: number,
  cleanup: AsyncDisposableStack,
): Promise<NumberedContainers> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-signal-'));
  cleanup.defer(() => rmSync(folder, { recursive: true }));
  const run = (name: string, script: string, ...options: readonly string[]): Promise<string> => {
    const common = ['--detach', '--name', name, '--hostname', 'east', '--volume', `${folder}:/signal`];
    return dockerd.docker('run', ...common, '--env', `PAD=${PAD}`, ...options, image, 'sh', '-c', script);
  };
  const lengthen = 'while [ ${#PAD} -lt 17000 ]; do PAD=$PAD$PAD; done';
  const again = `i=0; ${burst(20)}; sleep 0.7; ${printLast}; [ -e /signal/end ]`;
  await Promise.all([
    run('all-pair', untilEnd(burst(3), 0.1)),
    run('all-long', `${lengthen}; ${untilEnd(printBoth, 3)}`),
    run('all-turning', untilEnd(burst(3), 0.1), ...rotating(Math.ceil(60 + seconds / 20))),
    run('all-again', again, '--restart', 'on-failure'),
    run('files-turning', untilEnd(burst(20), 0.1), ...rotating(Math.ceil(100 + 3 * seconds))),
    run(
      'files-packed',
      untilEnd(burst(10), 0.1),
      ...rotating(Math.ceil(100 + 3 * seconds)),
      '--log-opt',
      'compress=true',
    ),
  ]);
  let names = 0;
  const brief = `i=0; ${burst(BRIEF_LINES)}; ${printLast}`;
  return {
    // The name is used once: an engine that is killed meanwhile may have it already.
    async runBrief() {
      await run(`all-brief-${++names}`, brief);
    },
    async runVanishing() {
      await run(`all-rm-${++names}`, `${brief}; sleep 1`, '--rm');
    },
    vanishingLines: BRIEF_LINES + 1,
    end: () => writeFileSync(join(folder, 'end'), ''),
  };
}
