import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The docker command on one engine. */
export interface DockerCommand {
  /**
   * Resolves to what it printed on standard output.
   * @throws Error with the end of all that it printed, when its exit code is not 0; the reason of an abortion
   */
  run(args: readonly string[]): Promise<string>;
}

export interface DockerCommandOptions {
  /** Told of each line that is printed. */
  readonly onLine?: (line: string) => void;
  /** Aborted, what runs is ended. */
  readonly signal?: AbortSignal;
}

const SHOWN_ON_FAILURE = 8_000;

/** @param dockerHost as in DOCKER_HOST: `unix:///var/run/docker.sock` */
export function createDockerCommand(dockerHost: string, options: DockerCommandOptions = {}): DockerCommand {
  const { onLine = () => undefined, signal } = options;
  return {
    async run(args) {
      signal?.throwIfAborted();
      const { DOCKER_CONTEXT: _context, ...env } = process.env;
      const child = spawn('docker', args, {
        env: { ...env, DOCKER_HOST: dockerHost },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const end = (): void => void child.kill('SIGTERM');
      signal?.addEventListener('abort', end);
      const printed = { stdout: '', all: '' };
      const collect = (text: string): void => {
        printed.all = (printed.all + text).slice(-SHOWN_ON_FAILURE);
        for (const line of text.split(/\r?\n/)) if (line.trim() !== '') onLine(line);
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed.stdout += text;
        collect(text);
      });
      child.stderr.setEncoding('utf8').on('data', collect);
      try {
        const [exitCode] = await once(child, 'close');
        signal?.throwIfAborted();
        if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} failed:\n${printed.all}`);
      } finally {
        signal?.removeEventListener('abort', end);
      }
      return printed.stdout.trimEnd();
    },
  };
}
