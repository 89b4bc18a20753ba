import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, type Namespaces, startServer } from '@wharf/testkit';

/** A service as Avahi shows it once it has resolved it. */
export interface FoundService {
  readonly instance: string;
  readonly type: string;
  readonly address: string;
  readonly port: number;
  /** The strings of its TXT record, sorted. */
  readonly texts: readonly string[];
}

export interface Avahi {
  /** The domains that are recommended for browsing to those who are in a domain. */
  domains(domain: string): Promise<readonly string[]>;
  /** Every service of a domain, of whatever type, by instance. */
  browse(domain: string): Promise<readonly FoundService[]>;
}

const REMEDY = 'apt-get install avahi-daemon avahi-utils dbus-daemon';

/** The files are common to all networks, so that its clients need not be in the daemon's. */
const renderBusConfig = (socket: string): string => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <auth>EXTERNAL</auth>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow user="*"/><allow own="*"/>
    <allow send_type="method_call"/><allow send_destination="*"/><allow receive_type="*"/>
  </policy>
</busconfig>
`;

const AVAHI_CONFIG = `[server]
host-name=browser
use-ipv6=no
[wide-area]
enable-wide-area=yes
[publish]
disable-publishing=yes
`;

/** Its resolv.conf is one of its own; on some hosts the file is a link to one that a daemon makes. */
const WITH_OWN_RESOLV_CONF = `target=$(readlink -m /etc/resolv.conf) && mkdir -p "$(dirname "$target")" &&
{ [ -e "$target" ] || touch "$target"; } && mount --bind "$1" "$target" && shift && exec "$@"`;

/**
 * Starts Avahi in a network of its own, with the name server at 127.0.0.1 in there, and with a message bus of its own. It
 * browses by unicast DNS (RFC 6763, section 11). It is stopped by `cleanup`.
 * @throws Error naming the remedy when a program is missing
 */
export async function startAvahi(cleanup: AsyncDisposableStack, namespaces: Namespaces): Promise<Avahi> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-avahi-'));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string): string => {
    const file = join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const socket = join(folder, 'bus');
  const env = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}`, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

  const busConfig = write('bus.conf', renderBusConfig(socket));
  const busArgs = [`--config-file=${busConfig}`, '--nofork', '--print-address=1'];
  const bus = await startServer({ name: 'dbus-daemon', command: 'dbus-daemon', args: busArgs, remedy: REMEDY });
  cleanup.defer(() => bus.stop());
  await eventually('a message bus', () => {
    if (!bus.output().includes(socket)) throw new Error(bus.output());
  });

  const resolvConf = write('resolv.conf', 'nameserver 127.0.0.1\n');
  const options = ['--no-drop-root', '--no-chroot', '--no-rlimits', '--no-proc-title'];
  const daemon = ['avahi-daemon', '--file', write('avahi.conf', AVAHI_CONFIG), ...options];
  const args = ['-c', WITH_OWN_RESOLV_CONF, 'sh', resolvConf, ...daemon];
  const avahi = await namespaces.start({ name: 'avahi-daemon', command: 'sh', args, env, remedy: REMEDY });
  await eventually('avahi-daemon is there', () => {
    if (!avahi.output().includes('Server startup complete')) throw new Error(avahi.output());
  });

  /** Its lines for programs: fields between semicolons, each name as in a zone file. */
  const ask = async (...args: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const all = ['--parsable', '--terminate', ...args];
    const { stdout } = await promisify(execFile)('avahi-browse', all, { env: { ...process.env, ...env } });
    return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split(';')]));
  };

  return {
    domains: async (domain) => (await ask('--browse-domains', '--domain', domain)).map((fields) => fields[3] ?? ''),
    async browse(domain) {
      const found = await ask('--all', '--resolve', '--domain', domain);
      const services = found.filter(([mark]) => mark === '=').map(readService);
      return services.toSorted((a, b) => a.instance.localeCompare(b.instance));
    },
  };
}

function readService(fields: readonly string[]): FoundService {
  const [, , , instance = '', type = '', , , address = '', port = '', texts = ''] = fields;
  return {
    instance: unescaped(instance),
    type,
    address,
    port: Number(port),
    texts: [...texts.matchAll(/"([^"]*)"/g)].map(([, text]) => text ?? '').toSorted(),
  };
}

/** A label without the escapes of zone files: \032 is a decimal octet, `\.` a dot. */
function unescaped(label: string): string {
  const octets = [...label.matchAll(/\\(\d{3})|\\(.)|([^\\])/g)].map(([, octet, escaped, plain]) =>
    octet === undefined ? Buffer.from(escaped ?? plain ?? '') : Buffer.from([Number(octet)]),
  );
  return Buffer.concat(octets).toString();
}
