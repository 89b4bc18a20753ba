import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerCommand } from './docker-command.ts';
import type { ImageDeclaration } from './image-list.ts';

/** How images are built. */
export interface BuildSettings {
  /** A copy of the context: see `stageBuildContext`. */
  readonly folder: string;
  /** The images to build on, by what is needed of them; those that the Dockerfiles name where absent. */
  readonly bases?: Readonly<Partial<Record<'node' | 'debian', string>>>;
  /** Further arguments of `docker build`. */
  readonly args?: readonly string[];
  /** What the labels say. */
  readonly labels: ImageLabels;
}

/** What the labels of all images say. */
export interface ImageLabels {
  readonly version: string;
  /** Git's commit; empty where there is none to tell. */
  readonly revision: string;
  /** Where the source is; empty for a tree that has no public place. */
  readonly source: string;
}

/** Builds an image and tags it with its name and, besides `latest`, its version. The agents' have most steps in common. */
export async function buildImage(
  docker: DockerCommand,
  { name, dockerfile, base = 'node' }: ImageDeclaration,
  { folder, bases = {}, args = [], labels }: BuildSettings,
): Promise<void> {
  const buildArgs = {
    ...(bases[base] === undefined ? {} : { BASE: bases[base] }),
    VERSION: labels.version,
    REVISION: labels.revision,
    SOURCE: labels.source,
  };
  await docker.run([
    'build',
    ...Object.entries(buildArgs).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`]),
    ...args,
    '--file',
    join(folder, dockerfile),
    '--tag',
    name,
    '--tag',
    `${name}:${labels.version}`,
    folder,
  ]);
}

/** The version that all packages and apps of a tree carry. */
export function readVersion(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'apps/registrar/package.json'), 'utf8'));
  return String(Reflect.get(Object(manifest), 'version'));
}

/** What docker passes on to build steps without keeping it in the image. */
const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/** Arguments of `docker build` for the proxies of this machine. */
export function proxyArgs(env: NodeJS.ProcessEnv): readonly string[] {
  const given = PROXY_VARIABLES.filter((name) => (env[name] ?? '') !== '');
  return given.flatMap((name) => ['--build-arg', name]);
}

/** Where the build steps look for certificates of authorities, from the context's root; git ignores what is in it. */
const AUTHORITIES_FOLDER = 'docker/ca-certificates';

/**
 * Adds to a context the authorities that Node and npm are told of, by variable or npm's own files (a company's proxy may have
 * one), for the build steps alone.
 */
export function addAuthorities(folder: string, env: NodeJS.ProcessEnv): void {
  const files = new Set([env['NODE_EXTRA_CA_CERTS'] ?? '', npmAuthorities(env)]);
  const found = [...files].filter((file) => file !== '' && existsSync(file));
  if (found.length === 0) return;
  mkdirSync(join(folder, AUTHORITIES_FOLDER), { recursive: true });
  for (const [index, file] of found.entries()) {
    writeFileSync(join(folder, AUTHORITIES_FOLDER, `machine-${index}.crt`), readFileSync(file));
  }
}

/** The file of npm's setting `cafile`, from wherever npm has it; it prints `null` where it has none. */
function npmAuthorities(env: NodeJS.ProcessEnv): string {
  const output = execFileSync('npm', ['config', 'get', 'cafile'], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const file = output.trim();
  return file === 'null' ? '' : file;
}
