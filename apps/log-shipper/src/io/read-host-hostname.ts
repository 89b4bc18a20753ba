import { readFileSync } from 'node:fs';

/** Where units mount the host's /etc/hostname, so that messages carry the host's name instead of the container's. */
export const HOST_HOSTNAME_FILE = '/etc/host_hostname';

/** The name in a file of one line; empty when there is no such file. */
export function readHostHostname(path: string = HOST_HOSTNAME_FILE): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
