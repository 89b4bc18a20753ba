import { captureCommand } from '../run-command.ts';

/** Git's commit of the workspace, with `-modified` when files differ from it; empty where there is no git or no clone. */
export async function readRevision(): Promise<string> {
  try {
    const head = await captureCommand('git', ['rev-parse', '--verify', 'HEAD']);
    if (head.exitCode !== 0) return '';
    const status = await captureCommand('git', ['status', '--porcelain']);
    return `${head.output.trim()}${status.output.trim() === '' ? '' : '-modified'}`;
  } catch {
    return '';
  }
}
