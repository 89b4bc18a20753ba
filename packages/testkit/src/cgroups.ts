import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';

/**
 * Removes the control group `name` and all below it, in every hierarchy (version 1 has one a controller, version 2 a
 * single one). Its processes have been killed; the kernel lets go of them a moment later.
 */
export async function removeCgroups(name: string): Promise<void> {
  const hierarchies = [ROOT, ...folders(ROOT)];
  await eventually(`control group ${name} removed`, () => {
    for (const hierarchy of hierarchies) removeTree(join(hierarchy, name));
  });
}

function removeTree(path: string): void {
  for (const child of folders(path)) removeTree(child);
  try {
    rmdirSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
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
