import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateEngine, startDockerd } from '@wharf/testkit';
import { DEBIAN_BASE, importDebianBase, makeDebianBase } from './base-image.ts';
import { stageBuildContext } from './build-context.ts';
import { addAuthorities, buildImages } from './build-images.ts';
import { createDockerCommand } from './docker-command.ts';
import { takeFileLock } from './file-lock.ts';
import { IMAGES } from './image-list.ts';
import { root } from './root.ts';

/** All images of this tree, built. */
export interface BuiltImages {
  /** One file of `docker save` with all of them; it stays where it is. */
  readonly archive: string;
  /** Their names, all with the tag `latest`. */
  readonly names: readonly string[];
}

const CACHE = join(root, 'node_modules', '.cache', 'wharf-images');

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
  const base = await ensureBase();
  addAuthorities(folder, process.env);
  const engine = await startDockerd({ hostNetwork: true });
  try {
    const docker = createDockerCommand(`unix://${engine.socketPath}`);
    await importDebianBase(docker, base);
    await buildImages(docker, { folder, base: DEBIAN_BASE, hostNetwork: true });
    await docker.run(['save', '--output', `${archive}.partial`, ...names]);
    renameSync(`${archive}.partial`, archive);
  } finally {
    await engine.stop();
  }
  removeOldest('images-', KEPT_ARCHIVES);
}

/** The base is made once for each text of its recipe and each Node. */
async function ensureBase(): Promise<string> {
  const recipe = readFileSync(join(import.meta.dirname, 'base-image.ts'));
  const hash = createHash('sha256').update(recipe).update(process.version).digest('hex');
  const archive = join(CACHE, `base-${hash.slice(0, 16)}.tar`);
  if (!existsSync(archive)) {
    await makeDebianBase(`${archive}.partial`);
    renameSync(`${archive}.partial`, archive);
    removeOldest('base-', 1);
  }
  return archive;
}

function removeOldest(prefix: string, kept: number): void {
  const files = readdirSync(CACHE)
    .filter((name) => name.startsWith(prefix))
    .map((name) => ({ file: join(CACHE, name), writtenAt: statSync(join(CACHE, name)).mtimeMs }))
    .toSorted((a, b) => b.writtenAt - a.writtenAt);
  for (const { file } of files.slice(kept)) rmSync(file);
}
