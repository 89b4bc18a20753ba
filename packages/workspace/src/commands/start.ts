import { ensureEngine } from '../engine/ensure-engine.ts';
import { runCommand } from '../run-command.ts';
import { buildQuietly } from './build.ts';

/** Builds, then runs `apps/standalone` against the local engine in the foreground; further words are its arguments. */
export async function start(args: readonly string[]): Promise<number> {
  const built = await buildQuietly();
  if (built !== 0) return built;
  const engine = await ensureEngine(process.env);
  process.stderr.write(`Engine: ${engine.dockerHost} (${engine.origin}). Ctrl-C stops.\n`);
  process.stderr.write(`Containers for it, from another terminal: DOCKER_HOST=${engine.dockerHost} docker run ...\n`);
  try {
    return await runCommand(process.execPath, ['apps/standalone/dist/main.js', ...args], {
      DOCKER_HOST: engine.dockerHost,
    });
  } finally {
    await engine.release();
  }
}
