import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerCommand } from './docker-command.ts';
import { IMAGES, type ImageDeclaration } from './image-list.ts';

/** How images are built. */
export interface BuildSettings {
  /** A copy of the context: see `stageBuildContext`. */
  readonly folder: string;
  /** An image with Node 24; the Dockerfiles' own when absent. */
  readonly base?: string;
  /** The build steps run in the engine's own network. */
  readonly hostNetwork?: boolean;
  /** Nothing is taken from the engine's cache. */
  readonly noCache?: boolean;
  readonly images?: readonly ImageDeclaration[];
}

/** Builds the images one after the other and tags them with their names; they have most steps in common. */
export async function buildImages(docker: DockerCommand, settings: BuildSettings): Promise<void> {
  const { folder, base, hostNetwork = false, noCache = false, images = IMAGES } = settings;
  for (const { name, dockerfile } of images) {
    await docker.run([
      'build',
      ...(base === undefined ? [] : ['--build-arg', `BASE=${base}`]),
      ...(hostNetwork ? ['--network', 'host'] : []),
      ...(noCache ? ['--no-cache'] : []),
      '--file',
      join(folder, dockerfile),
      '--tag',
      name,
      folder,
    ]);
  }
}

/** Where the build steps look for certificates of authorities, from the context's root; git ignores what is in it. */
const AUTHORITIES_FOLDER = 'docker/ca-certificates';

/**
 * Adds to a context the authorities that this machine's own npm trusts besides Node's (a company's proxy may have one),
 * for the build steps alone.
 */
export function addAuthorities(folder: string, env: NodeJS.ProcessEnv): void {
  const files = new Set([env['NODE_EXTRA_CA_CERTS'], env['npm_config_cafile']]);
  const found = [...files].filter((file) => file !== undefined && file !== '' && existsSync(file));
  if (found.length === 0) return;
  mkdirSync(join(folder, AUTHORITIES_FOLDER), { recursive: true });
  for (const [index, file] of found.entries()) {
    writeFileSync(join(folder, AUTHORITIES_FOLDER, `machine-${index}.crt`), readFileSync(file ?? ''));
  }
}
