import { parseCommandLine } from '@wharf/agent';
import { program } from '@wharf/standalone';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { runApp } from './agent.ts';
import { buildQuietly } from './build.ts';

/** Builds, then runs `apps/standalone` against the local engine in the foreground; further words are its arguments. */
export async function start(args: readonly string[]): Promise<number> {
  const built = await buildQuietly();
  if (built !== 0) return built;
  if (!wantsEngine(args)) return runApp('standalone', args);
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  // While an engine is being started too: what was started for this run must not stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  const engine = await ensureEngine(process.env);
  process.stderr.write(`Engine: ${engine.dockerHost} (${engine.origin}). Ctrl-C stops.\n`);
  process.stderr.write(`Containers for it, from another terminal: DOCKER_HOST=${engine.dockerHost} docker run ...\n`);
  try {
    if (interrupted) return 130;
    return await runApp('standalone', args, { DOCKER_HOST: engine.dockerHost });
  } finally {
    await engine.release();
  }
}

/** False when the program will only say what it is or what is wrong with the arguments: no engine is started for that. */
function wantsEngine(args: readonly string[]): boolean {
  const asks = args.some((word) => /^--?(?:h|help|version)$/.test(word));
  return !asks && parseCommandLine(program.command, args, process.env).ok;
}
