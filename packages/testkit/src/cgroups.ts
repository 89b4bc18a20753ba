import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';

/**
 * Removes the control group `name` (`/wharf-1`, from the root) and all below it, in every hierarchy (version 1 has one a
 * controller, version 2 a single one). Its processes have been killed; until the kernel has let go of the last of them,
 * a group is busy, and that is what is waited for.
 */
export async function removeCgroups(name: string): Promise<void> {
  await eventually(`control group ${name} removed`, () => {
    for (const path of cgroupPaths(name)) removeTree(path, ['ENOENT']);
  });
}

/** Removes what is empty of a control group that others may be using at the same time. */
export function removeEmptyCgroups(name: string): void {
  for (const path of cgroupPaths(name)) removeTree(path, ['ENOENT', 'EBUSY', 'ENOTEMPTY']);
}

function cgroupPaths(name: string): readonly string[] {
  return [ROOT, ...folders(ROOT)].map((hierarchy) => join(hierarchy, name));
}

function removeTree(path: string, tolerated: readonly string[]): void {
  for (const child of folders(path)) removeTree(child, tolerated);
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && tolerated.includes(String(error.code)))) throw error;
  }
}

function folders(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(path, entry.name));
  } catch {
    return [];
  }
}
