import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('sample-agent.ts', import.meta.url));
const children = new Set<ChildProcess>();

/** Starts the sample program as a process of its own. */
export function startSample(...argv: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  children.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...output }));
  return {
    child,
    ended,
    /** Resolves to what stands in `text`'s first group when the log has it. */
    async logged(pattern: RegExp): Promise<string> {
      for (;;) {
        const match = pattern.exec(output.stderr);
        if (match !== null) return match[1] ?? '';
        await once(child.stderr, 'data');
      }
    },
  };
}

/** Ends every sample that still runs. */
export function endSamples(): void {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
}
