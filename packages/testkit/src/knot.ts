import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryDns } from './dns-client.ts';
import { eventually } from './eventually.ts';
import type { NetworkDoor } from './network-door.ts';
import { freePort } from './ports.ts';
import { startServer } from './server-process.ts';

export interface KnotOptions {
  /** The zone: `example.org`. */
  readonly domain: string;
  /** Its zone file, with a SOA record. */
  readonly zoneText: string;
  /** The least severe of what it logs, to standard error; `info` when absent. */
  readonly logLevel?: 'info' | 'error';
  /** The network that it runs in, at 127.0.0.1 in there; that of this process when absent. */
  readonly network?: NetworkDoor;
}

/** A real Knot DNS on 127.0.0.1, with one worker for UDP, that answers for one zone. */
export interface Knot {
  readonly address: { readonly host: string; readonly port: number };
  readonly pid: number;
  /** Ends it and removes its files. */
  stop(): Promise<void>;
}

/**
 * Starts Knot DNS; resolves when it answers.
 * @throws Error naming the remedy when knotd is missing, or its newest output when it does not come up
 */
export async function startKnot({ domain, zoneText, logLevel = 'info', network }: KnotOptions): Promise<Knot> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-knot-'));
  const port = await freePort();
  writeFileSync(join(folder, 'zone'), zoneText);
  writeFileSync(join(folder, 'knot.conf'), renderConfig({ folder, port, domain, logLevel }));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const [command, ...args] = [...(network?.enterNetwork ?? []), 'knotd', '-c', join(folder, 'knot.conf')];
  const server = await startServer({
    name: 'knotd',
    command,
    args,
    // Debian keeps it where an ordinary user's PATH does not look.
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    remedy: 'apt-get install knot',
  }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const outside = (await network?.letOut(port)) ?? port;
  const stop = async (): Promise<void> => {
    await server.stop();
    removeFolder();
  };
  try {
    await eventually('knotd answers', async () => {
      if (!server.running) return;
      // A door is open to TCP alone.
      const place = { port: outside, transport: network === undefined ? 'udp' : 'tcp' } as const;
      const { rcode } = await queryDns({ ...place, name: domain, type: 'SOA', timeoutMs: 500 });
      if (rcode !== 'NOERROR') throw new Error(`it answers ${rcode}: ${server.output()}`);
    });
    if (!server.running) throw new Error(`knotd ended at once: ${server.output()}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: { host: '127.0.0.1', port }, pid: server.pid, stop };
}

interface KnotConfig {
  readonly folder: string;
  readonly port: number;
  readonly domain: string;
  readonly logLevel: string;
}

function renderConfig({ folder, port, domain, logLevel }: KnotConfig): string {
  return `
server:
    rundir: "${folder}"
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: "${folder}"
log:
  - target: stderr
    any: ${logLevel}
zone:
  - domain: ${domain}
    file: "${join(folder, 'zone')}"
`;
}
