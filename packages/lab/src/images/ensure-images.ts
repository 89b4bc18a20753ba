import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateEngine, startDockerd } from '@wharf/testkit';
import { LOCAL_BASES, makeLocalBases } from './base-images.ts';
import { stageBuildContext } from './build-context.ts';
import { addAuthorities, buildImage, proxyArgs, readVersion } from './build-images.ts';
import { createDockerCommand, type DockerCommand } from './docker-command.ts';
import { takeFileLock } from './file-lock.ts';
import { IMAGES, type ImageDeclaration } from './image-list.ts';
import { root } from './root.ts';

/** All images of this tree, built. */
export interface BuiltImages {
  /** One file of `docker save` with all of them; it stays where it is. */
  readonly archive: string;
  /** Their names, all with the tag `latest`. */
  readonly names: readonly string[];
}

const CACHE = join(root, 'node_modules', '.cache', 'wharf-images');

/** The network that a build needs of an engine that has none of its own. */
const HOST_NETWORK = ['--network', 'host'];

/** Whoever still reads what a former tree gave keeps it; older ones go. */
const KEPT_ARCHIVES = 3;

/**
 * Builds all images from this tree, on a base made of Debian's packages, in an engine of its own; at most once for the
 * same contents, whoever asks and however many do at once. Needs root.
 * @throws Error naming the remedy when a program is missing; with the output of the step that failed
 */
export async function ensureImages(): Promise<BuiltImages> {
  mkdirSync(CACHE, { recursive: true });
  const names = IMAGES.map(({ name }) => name);
  const work = mkdtempSync(join(tmpdir(), 'wharf-images-'));
  try {
    const { folder, digest } = stageBuildContext(root, join(work, 'context'));
    const archive = join(CACHE, `images-${digest.slice(0, 16)}.tar`);
    if (existsSync(archive)) return { archive, names };
    const lock = await takeFileLock(join(CACHE, 'lock'));
    try {
      if (!existsSync(archive)) await build(folder, names, archive);
    } finally {
      await lock.release();
    }
    return { archive, names };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Builds the images if need be, and gives them to an engine. */
export async function loadImages(engine: PrivateEngine): Promise<void> {
  const { archive } = await ensureImages();
  await engine.docker('load', '--quiet', '--input', archive);
}

/** With the lock: nobody else writes into the cache meanwhile, and what a former one left half-written goes. */
async function build(folder: string, names: readonly string[], archive: string): Promise<void> {
  for (const name of readdirSync(CACHE)) if (name.endsWith('.partial')) rmSync(join(CACHE, name));
  await withBuildEngine(async (docker) => {
    await buildHere(docker, folder, IMAGES);
    await save(docker, names, archive);
  });
  removeOldest('images-', KEPT_ARCHIVES);
}

/** Gives an engine for as long as `use` takes, which has the local bases, and whose build steps reach the registries. */
export async function withBuildEngine<T>(use: (docker: DockerCommand) => Promise<T>): Promise<T> {
  const engine = await startDockerd({ hostNetwork: true });
  try {
    const docker = createDockerCommand(`unix://${engine.socketPath}`);
    await provideBases(docker);
    return await use(docker);
  } finally {
    await engine.stop();
  }
}

/** Builds images on the local bases, with nothing in the labels that would differ from one commit to the next. */
export async function buildHere(
  docker: DockerCommand,
  folder: string,
  images: readonly ImageDeclaration[],
): Promise<void> {
  addAuthorities(folder, process.env);
  const labels = { version: readVersion(folder), revision: '', source: '' };
  const args = [...HOST_NETWORK, ...proxyArgs(process.env)];
  for (const image of images) {
    await buildImage(docker, image, { folder, bases: LOCAL_BASES, args, labels });
  }
}

/** The bases are made once for each text of their recipe and each Node. */
async function provideBases(docker: DockerCommand): Promise<void> {
  const recipe = readFileSync(join(import.meta.dirname, 'base-images.ts'));
  const hash = createHash('sha256').update(recipe).update(process.version).digest('hex');
  const archive = join(CACHE, `bases-${hash.slice(0, 16)}.tar`);
  if (existsSync(archive)) {
    await docker.run(['load', '--quiet', '--input', archive]);
    return;
  }
  await makeLocalBases(docker, [...HOST_NETWORK, ...proxyArgs(process.env)]);
  await save(docker, Object.values(LOCAL_BASES), archive);
  removeOldest('bases-', 1);
}

/** Under another name until it is whole. */
async function save(docker: DockerCommand, names: readonly string[], archive: string): Promise<void> {
  await docker.run(['save', '--output', `${archive}.partial`, ...names]);
  renameSync(`${archive}.partial`, archive);
}

function removeOldest(prefix: string, kept: number): void {
  const files = readdirSync(CACHE)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ file: join(CACHE, name), writtenAt: statSync(join(CACHE, name)).mtimeMs }))
    .toSorted((a, b) => b.writtenAt - a.writtenAt);
  for (const { file } of files.slice(kept)) rmSync(file);
}
