import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../images/root.ts';

const run = promisify(execFile);

/** A file of `docker/`, by its path in there. */
export function deployFile(path: string): string {
  return join(root, 'docker', path);
}

/** Variables of a file, and nothing else of this process's environment that one of the tools would heed. */
export type Variables = Readonly<Record<string, string>>;

export interface ComposeProject {
  /** Paths in `docker/`; later ones are laid over earlier ones. */
  readonly files: readonly string[];
  readonly variables: Variables;
  /** `wharf` when absent. */
  readonly name?: string;
  /** Without one nothing can be started. */
  readonly socketPath?: string;
}

/**
 * Runs Debian's docker-compose; resolves to its standard output.
 * @throws Error with what it printed on standard error
 */
export async function dockerCompose(project: ComposeProject, ...args: readonly string[]): Promise<string> {
  const files = project.files.flatMap((file) => ['--file', deployFile(file)]);
  const command = ['--project-name', project.name ?? 'wharf', ...files, ...args];
  const { stdout } = await run('docker-compose', command, { env: environment(project), maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}

/**
 * Runs `docker stack deploy` with the images that the nodes have; resolves to its standard output.
 * @throws Error with what it printed on standard error
 */
export async function deployStack(stack: ComposeProject): Promise<string> {
  const files = stack.files.flatMap((file) => ['--compose-file', deployFile(file)]);
  const command = ['stack', 'deploy', '--resolve-image', 'never', ...files, stack.name ?? 'wharf'];
  const { stdout } = await run('docker', command, { env: environment(stack) });
  return stdout;
}

function environment({ variables, socketPath }: ComposeProject): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...variables, ...(socketPath === undefined ? {} : { DOCKER_HOST: `unix://${socketPath}` }) };
}
