import { readFileSync } from 'node:fs';

/** The kernel's ID of this boot, the same in all containers of a machine; empty where the kernel is not Linux. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
