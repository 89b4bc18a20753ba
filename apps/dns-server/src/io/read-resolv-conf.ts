import { readFileSync } from 'node:fs';
import type { HostPort, Logger } from '@wharf/agent';
import { parseResolvConf } from '../upstream/resolv-conf.ts';

const RESOLV_CONF = '/etc/resolv.conf';

/** The name servers of the system; none, with a warning, when the file cannot be read. */
export function readSystemNameservers(log: Logger, file = RESOLV_CONF): readonly HostPort[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    log.warn({ err: error, file }, "the system's name servers cannot be read: only those of -nameservers are asked");
    return [];
  }
  const { servers, skipped } = parseResolvConf(text);
  for (const { line, reason } of skipped) log.info({ file, line, reason }, 'a name server of the system is not asked');
  return servers;
}
