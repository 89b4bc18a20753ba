import { readFileSync } from 'node:fs';

const LISTEN = '0A';

/**
 * Bytes that this host's kernel holds for the TCP connections with this port on either end: not yet sent or acknowledged,
 * or not yet read. Source: proc_net_tcp.txt of the Linux kernel.
 */
export function heldByKernel(port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local = '', remote = '', state]) => {
      return state !== LISTEN && (local.endsWith(suffix) || remote.endsWith(suffix));
    })
    .reduce((sum, [, , , , queues = '']) => {
      const [toSend = '0', toRead = '0'] = queues.split(':');
      return sum + Number.parseInt(toSend, 16) + Number.parseInt(toRead, 16);
    }, 0);
}
