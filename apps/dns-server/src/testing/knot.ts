import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostPort } from '@wharf/agent';
import { eventually, freePort, queryDns, startServer } from '@wharf/testkit';

/** A real Knot DNS on 127.0.0.1 that answers for one zone. */
export interface Knot {
  readonly address: HostPort;
  stop(): Promise<void>;
}

/**
 * Starts Knot DNS.
 * @param domain the zone, `example.org`
 * @param zoneText its zone file, with a SOA record
 * @throws Error naming the remedy when knotd is missing, or its newest output when it does not come up
 */
export async function startKnot(domain: string, zoneText: string): Promise<Knot> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-knot-'));
  const port = await freePort();
  writeFileSync(join(folder, 'zone'), zoneText);
  writeFileSync(join(folder, 'knot.conf'), renderConfig(folder, port, domain));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const server = await startServer({
    name: 'knotd',
    command: 'knotd',
    args: ['-c', join(folder, 'knot.conf')],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    remedy: 'apt-get install knot',
  }).catch((error: unknown) => {
    removeFolder();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    removeFolder();
  };
  try {
    await eventually('knotd answers', async () => {
      if (!server.running) throw new Error(`knotd has ended: ${server.output()}`);
      const { rcode } = await queryDns({ port, name: domain, type: 'SOA', timeoutMs: 500 });
      if (rcode !== 'NOERROR') throw new Error(`it answers ${rcode}: ${server.output()}`);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: { host: '127.0.0.1', port }, stop };
}

function renderConfig(folder: string, port: number, domain: string): string {
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
    any: info
zone:
  - domain: ${domain}
    file: "${join(folder, 'zone')}"
`;
}
