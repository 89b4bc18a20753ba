import { SAMPLE_IMAGE, sampleImageTar } from '@wharf/testkit';
import { busyboxProgram, canInstall, ensurePrograms, isThere } from '../system-packages.ts';
import { UserError } from '../user-error.ts';
import type { SampleEngine } from './sample-containers.ts';

/** Where the image comes from when this machine has no static busybox and cannot install one. */
const REGISTRY_IMAGE = 'busybox:stable';

/**
 * Sees to it that the engine has the sample image: one that is there, else one made from this machine's static busybox
 * (Debian's `busybox-static` is installed where that is possible), else one pulled. What the engine did not have before,
 * `cleanup` takes away again. Resolves to how.
 */
export async function ensureSampleImage(engine: SampleEngine, cleanup: AsyncDisposableStack): Promise<string> {
  if (await engine.hasImage(SAMPLE_IMAGE)) return `${SAMPLE_IMAGE} was there already`;
  if (isThere(busyboxProgram) || canInstall()) {
    await ensurePrograms([busyboxProgram], 'make the sample image without a registry');
    const tar = await sampleImageTar().catch(() => undefined);
    if (tar !== undefined) {
      cleanup.defer(() => engine.removeImage(SAMPLE_IMAGE));
      await engine.importImage(SAMPLE_IMAGE, tar);
      return `${SAMPLE_IMAGE} imported from this machine's static busybox`;
    }
  }
  cleanup.defer(() => engine.removeImage(SAMPLE_IMAGE));
  if (!(await engine.hasImage(REGISTRY_IMAGE))) cleanup.defer(() => engine.removeImage(REGISTRY_IMAGE));
  try {
    await engine.pullImage(REGISTRY_IMAGE, SAMPLE_IMAGE);
  } catch (error) {
    throw new UserError(
      `There is no static busybox here and ${REGISTRY_IMAGE} cannot be pulled (${messageOf(error)}). ` +
        'Run: sudo apt-get install -y busybox-static',
    );
  }
  return `${SAMPLE_IMAGE} pulled as ${REGISTRY_IMAGE}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
