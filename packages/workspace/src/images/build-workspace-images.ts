import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { OptionValues } from '@wharf/agent';
import {
  addAuthorities,
  buildImage,
  createDockerCommand,
  type DockerCommand,
  IMAGES,
  LOCAL_BASES,
  makeLocalBases,
  proxyArgs,
  readVersion,
  stageBuildContext,
} from '@wharf/lab';
import { root } from '../root.ts';
import type { ImagesOptions } from './images-command-line.ts';
import { readRevision } from './read-revision.ts';

/** Where the images are built, and how that is told. */
export interface BuildPlace {
  readonly dockerHost: string;
  /** Aborted, the running step ends and nothing further is begun. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  say(line: string): void;
}

/** The lines of a build that say how far it is: of the classic builder, and of BuildKit. */
const PROGRESS = /^(?:Step \d+\/\d+ : |#\d+ \[.*\d\/\d\] |-> )/;

/** Builds all images of this tree as the options say, tags them, tells the size of each, and where they were saved. */
export async function buildWorkspaceImages(options: OptionValues<ImagesOptions>, place: BuildPlace): Promise<void> {
  const { base, network, source = '', save, noCache } = options;
  const docker = createDockerCommand(place.dockerHost, {
    signal: place.signal,
    onLine: (line) => {
      if (PROGRESS.test(line)) place.say(`  ${line}`);
    },
  });
  const networkArgs = network === undefined ? [] : ['--network', network];
  const stepArgs = [...networkArgs, ...proxyArgs(place.env)];
  const args = [...stepArgs, ...(noCache ? ['--no-cache'] : [])];
  const folder = mkdtempSync(join(tmpdir(), 'wharf-images-'));
  try {
    stageBuildContext(root, folder);
    addAuthorities(folder, place.env);
    const labels = { version: readVersion(folder), revision: await readRevision(), source };
    if (base === 'debian') {
      place.say(`Making ${LOCAL_BASES.debian} and ${LOCAL_BASES.node} from Debian packages (about a minute) ...`);
      await makeLocalBases(docker, stepArgs);
    }
    const bases = base === 'debian' ? LOCAL_BASES : base === undefined ? {} : { node: base };
    for (const image of IMAGES) {
      place.say(`Building ${image.name} from ${image.dockerfile} ...`);
      await buildImage(docker, image, { folder, bases, args, labels });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const line of await sizes(docker)) place.say(line);
  if (save === undefined) return;
  await docker.run(['save', '--output', save, ...IMAGES.map(({ name }) => name)]);
  const megabytes = (statSync(save).size / 1e6).toFixed(0);
  place.say(
    `All of them are in ${resolve(save)}, ${megabytes} MB. Copy it to each host; there: docker load --input ${basename(save)}`,
  );
}

async function sizes(docker: DockerCommand): Promise<readonly string[]> {
  return Promise.all(
    IMAGES.map(async ({ name }) => {
      const bytes = Number(await docker.run(['image', 'inspect', '--format', '{{.Size}}', name]));
      return `${name.padEnd(22)} ${(bytes / 1e6).toFixed(0).padStart(4)} MB`;
    }),
  );
}
