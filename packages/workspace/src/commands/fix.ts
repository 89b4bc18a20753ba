import { runCommand } from '../run-command.ts';

/** Formats everything and applies the linter's safe fixes. */
export async function fix(): Promise<number> {
  const format = await runCommand('biome', ['check', '--write', '--log-level=warn', '.']);
  const lint = await runCommand('oxlint', ['--type-aware', '--fix']);
  return format === 0 ? lint : format;
}
