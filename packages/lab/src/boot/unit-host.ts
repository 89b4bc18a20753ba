import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importSampleImage } from '@wharf/testkit';
import { runIn } from '../cluster/run-in.ts';
import { createDockerCommand } from '../images/docker-command.ts';
import { ensureImages } from '../images/ensure-images.ts';
import { root } from '../images/root.ts';
import { type BootedHost, bootHost } from './boot-host.ts';

/** A booted host that the units have been installed on, and what its operator looks at. */
export interface UnitHost {
  readonly host: BootedHost;
  /** Runs a line of the shell on the host as root; resolves to what it printed on stdout. */
  readonly shell: (line: string) => Promise<string>;
  /**
   * What the host's own dns-server answers a client on the host, as dig prints it in short; a line each, sorted. A name
   * without a dot at its end is one of `DOMAIN`.
   */
  readonly dig: (name: string, type: string) => Promise<readonly string[]>;
  /** Runs a command in a container that asks this host's dns-server, as the posts start them. */
  readonly inContainer: (...command: readonly string[]) => Promise<string>;
  /** The units that systemd has given up, each with its state. */
  readonly failedUnits: () => Promise<string>;
}

export const UNITS = ['registrar', 'dns-server', 'log-shipper'] as const;

export const DOMAIN = 'staging.example.local';

/** What service containers are made of: busybox, and glibc's resolver. */
export const IMAGE = 'example/web';

/**
 * Boots a host, gives its engine the images, and installs the units by the commands of the README. What it is installed by
 * has been copied to /root/wharf.
 */
export async function bootUnitHost(): Promise<UnitHost> {
  const { archive } = await ensureImages();
  const host = await bootHost();
  try {
    await createDockerCommand(`unix://${host.socketPath}`).run(['load', '--quiet', '--input', archive]);
    await importSampleImage(host.socketPath, IMAGE, ['/usr/bin/getent']);
    cpSync(join(root, 'fleet-units'), join(host.files, 'root/wharf/fleet-units'), { recursive: true });
    await host.run('sh', '-e', '-c', `cd /root/wharf\n${installCommands(host.address)}`);
  } catch (error) {
    await host.stop();
    throw error;
  }
  const asOnHost = `docker run --rm --dns ${host.address} --dns-search ${DOMAIN} ${IMAGE}`.split(' ');
  return {
    host,
    shell: (line) => host.run('sh', '-e', '-c', line),
    dig: (name, type) => dig(host, name, type),
    inContainer: (...command) => host.run(...asOnHost, ...command),
    failedUnits: () => host.run('systemctl', '--failed', '--no-legend', '--plain'),
  };
}

/** The block under the heading "With systemd alone". */
function installCommands(address: string): string {
  const readme = readFileSync(join(root, 'fleet-units', 'README.md'), 'utf8');
  const section = readme.split(/^## /m).find((text) => text.startsWith('With systemd alone\n')) ?? '';
  const commands = section.match(/^ {4}.*$/gm) ?? [];
  if (commands.length === 0) throw new Error('fleet-units/README.md does not say how the units are installed');
  return commands.join('\n').replaceAll('10.0.0.11', address);
}

async function dig(host: BootedHost, name: string, type: string): Promise<readonly string[]> {
  const question = [
    `@${host.address}`,
    '+short',
    '+tries=1',
    '+time=1',
    name.endsWith('.') ? name : `${name}.${DOMAIN}`,
    type,
  ];
  const answer = await runIn(host.enterNetwork, ['dig', ...question]);
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}
