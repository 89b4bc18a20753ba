import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, queryDns, startServer } from '@wharf/testkit';

export interface ForwarderRun {
  /** `example.test`. */
  readonly zone: string;
  /** The dns-server's port on 127.0.0.1. */
  readonly upstreamPort: number;
}

/** A caching name server of somebody else on 127.0.0.1, which asks the dns-server about one zone. */
export type ForwarderName = 'unbound' | 'dnsmasq';

interface ForwarderProgram {
  readonly remedy: string;
  /** Its command line, and what the file at `config` holds. */
  prepare(places: ForwarderRun & { readonly port: number; readonly folder: string; readonly config: string }): {
    readonly args: readonly string[];
    readonly config: string;
  };
}

/** A name that every dns-server has, and that a forwarder cannot know unless it has asked there. */
const PROBE = 'local.dns';

const programs: Readonly<Record<ForwarderName, ForwarderProgram>> = {
  // It sends names in random case and takes no answer in another one (0x20), and it holds `test` for empty by itself.
  unbound: {
    remedy: 'apt-get install unbound',
    prepare: ({ zone, upstreamPort, port, folder, config }) => ({
      args: ['-d', '-c', config],
      config: `
server:
    chroot: ""
    username: ""
    pidfile: ""
    directory: "${folder}"
    use-syslog: no
    logfile: ""
    interface: 127.0.0.1@${port}
    port: ${port}
    num-threads: 1
    do-not-query-localhost: no
    module-config: "iterator"
    use-caps-for-id: yes
    rrset-roundrobin: no
    local-zone: "${zone.split('.').at(-1)}." nodefault
remote-control:
    control-enable: no
forward-zone:
    name: "${zone}."
    forward-addr: 127.0.0.1@${upstreamPort}
`,
    }),
  },
  dnsmasq: {
    remedy: 'apt-get install dnsmasq-base',
    prepare: ({ zone, upstreamPort, port, config }) => ({
      args: [
        '--keep-in-foreground',
        '--user=root',
        '--pid-file=',
        '--log-facility=-',
        `--conf-file=${config}`,
        '--no-resolv',
        '--no-hosts',
        '--bind-interfaces',
        '--listen-address=127.0.0.1',
        `--port=${port}`,
        `--server=/${zone}/127.0.0.1#${upstreamPort}`,
      ],
      config: '',
    }),
  },
};

/**
 * Starts one; resolves to its port when it answers from what the dns-server said. It is stopped by `cleanup`.
 * @throws Error naming the remedy when the program is missing, or its newest output when it does not answer
 */
export async function startForwarder(
  cleanup: AsyncDisposableStack,
  name: ForwarderName,
  run: ForwarderRun,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), `wharf-${name}-`));
  cleanup.defer(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  const configFile = join(folder, 'forwarder.conf');
  const { args, config } = programs[name].prepare({ ...run, port, folder, config: configFile });
  writeFileSync(configFile, config);
  const server = await startServer({
    name,
    command: name,
    args,
    // Debian keeps it where an ordinary user's PATH does not look.
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    remedy: programs[name].remedy,
  });
  cleanup.defer(() => server.stop());
  const isThere = await eventually(`${name} answers`, async () => {
    if (!server.running) return false;
    const { rcode } = await queryDns({ port, name: `${PROBE}.${run.zone}`, type: 'A', timeoutMs: 500, ...RECURSIVE });
    if (rcode !== 'NOERROR') throw new Error(`${rcode}: ${server.output()}`);
    return true;
  });
  if (!isThere) throw new Error(`${name} ended at once: ${server.output()}`);
  return port;
}

/** What a stub resolver says to one that it wants to ask others for it. */
export const RECURSIVE = { recursionDesired: true } as const;
