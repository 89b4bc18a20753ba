import { findRequest, parseCommandLine, renderHelp, renderOptionError, VERSION } from '@wharf/agent';
import { startDockerd } from '@wharf/testkit';
import { findEngine } from '../engine/find-engine.ts';
import { buildWorkspaceImages } from '../images/build-workspace-images.ts';
import { imagesCommandLine } from '../images/images-command-line.ts';
import { enginePrograms, ensurePrograms, mmdebstrapProgram } from '../system-packages.ts';
import { UserError } from '../user-error.ts';
import { describeFailure } from './describe-failure.ts';

/** Builds the images with the engine that is there; 130 after Ctrl-C, 2 for arguments that cannot be meant. */
export async function images(args: readonly string[]): Promise<number> {
  const request = findRequest(imagesCommandLine.options, args);
  if (request !== undefined) {
    process.stdout.write(request === 'help' ? renderHelp(imagesCommandLine) : `wharf images ${VERSION}\n`);
    return 0;
  }
  const line = parseCommandLine(imagesCommandLine, args, process.env);
  if (!line.ok) {
    process.stderr.write(line.error.map((error) => `${renderOptionError(error)}\n`).join(''));
    return 2;
  }
  const { options } = line.value;
  if (options.base === 'debian') await ensurePrograms([mmdebstrapProgram], 'make a base image from Debian packages');
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort(new UserError('The build was interrupted.'));
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, interrupt);
  const engine = await engineFor(options.save !== undefined);
  try {
    const say = (text: string): void => void process.stdout.write(`${text}\n`);
    const network = options.network ?? engine.network;
    const place = { dockerHost: engine.dockerHost, signal: interrupted.signal, env: process.env, say };
    await buildWorkspaceImages({ ...options, network }, place);
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return 130;
    throw new UserError(`${describeFailure(error)}\n${REMEDY}`);
  } finally {
    await engine.release();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

const REMEDY =
  'Where no image registry can be reached: npm run images -- -base debian. Where the npm registry is reached by the host alone: -network host.';

interface BuildEngine {
  readonly dockerHost: string;
  /** The network that build steps need there. */
  readonly network: string | undefined;
  release(): Promise<void>;
}

/** The engine of this machine; where there is none, one for this run, as long as what it builds is saved. */
async function engineFor(isSaved: boolean): Promise<BuildEngine> {
  const dockerHost = await findEngine(process.env);
  if (dockerHost !== undefined) return { dockerHost, network: undefined, release: async () => undefined };
  if (!isSaved || process.getuid?.() !== 0) {
    throw new UserError(
      'No container engine answers. Start Docker; or, as root, build in an engine that ends with this command: npm run images -- -save wharf-images.tar',
    );
  }
  await ensurePrograms(enginePrograms, 'build images');
  const engine = await startDockerd({ hostNetwork: true });
  return { dockerHost: `unix://${engine.socketPath}`, network: 'host', release: () => engine.stop() };
}
