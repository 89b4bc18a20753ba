import { readFileSync } from 'node:fs';
import { findOwnContainerId } from '../containers/own-container-id.ts';

/** The ID of the container that this process runs in; undefined when it runs in none, or the system tells nothing. */
export function readOwnContainerId(): string | undefined {
  return findOwnContainerId({ cgroup: read('/proc/self/cgroup'), mountinfo: read('/proc/self/mountinfo') });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
