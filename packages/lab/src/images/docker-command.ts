import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The docker command on one engine. */
export interface DockerCommand {
  /**
   * Resolves to what it printed on standard output; each line of both outputs also goes to the observer.
   * @throws Error with all that it printed, when its exit code is not 0
   */
  run(args: readonly string[], input?: Uint8Array): Promise<string>;
}

/**
 * @param dockerHost as in DOCKER_HOST: `unix:///var/run/docker.sock`
 * @param onLine told of each line while a command runs
 */
export function createDockerCommand(
  dockerHost: string,
  onLine: (line: string) => void = () => undefined,
): DockerCommand {
  return {
    async run(args, input) {
      const { DOCKER_CONTEXT: _context, ...env } = process.env;
      const child = spawn('docker', args, { env: { ...env, DOCKER_HOST: dockerHost }, stdio: 'pipe' });
      const printed = { stdout: '', all: '' };
      const collect = (text: string): void => {
        printed.all += text;
        for (const line of text.split(/\r?\n/)) if (line.trim() !== '') onLine(line);
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed.stdout += text;
        collect(text);
      });
      child.stderr.setEncoding('utf8').on('data', collect);
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      const [exitCode] = await once(child, 'close');
      if (exitCode !== 0) throw new Error(`docker ${args.join(' ')} failed:\n${printed.all.slice(-8_000)}`);
      return printed.stdout.trimEnd();
    },
  };
}
