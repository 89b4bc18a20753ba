import { type Namespaces, startNamespaces } from '@wharf/testkit';
import { PREFIX_LENGTH, RSYSLOG_ADDRESS } from './lab-addresses.ts';
import { runIn } from './run-in.ts';

/** What the hosts of a lab are plugged into: a bridge in a network namespace of its own. */
export interface LabSwitch {
  /** Servers of the lab that belong to no host run in here, on `RSYSLOG_ADDRESS`. */
  readonly namespaces: Namespaces;
  /** Lays a cable to a host: its `eth0`, with this address. */
  connect(host: Namespaces, hostName: string, address: string): Promise<void>;
  /** Takes the cable out at the switch: the host's `eth0` loses its carrier and keeps address and routes. */
  unplug(hostName: string): Promise<void>;
  plug(hostName: string): Promise<void>;
  /** Removes the cable and the `eth0` at its end at once. */
  disconnect(hostName: string): Promise<void>;
  end(): Promise<void>;
}

/**
 * Without one of its own a bridge has the lowest address of its ports, another one when that host dies: the others would
 * then send to nobody until their neighbour tables notice.
 */
const SWITCH_MAC = '02:00:00:00:00:fe';

/** Starts a switch; it ends with this process, however that dies. Needs root. */
export async function startLabSwitch(): Promise<LabSwitch> {
  const prepare = [
    `ip link add br0 address ${SWITCH_MAC} type bridge`,
    `ip address add ${RSYSLOG_ADDRESS}/${PREFIX_LENGTH} dev br0`,
    'ip link set br0 up',
  ];
  const namespaces = await startNamespaces({ prepare });
  const link = async (...args: readonly string[]): Promise<void> => {
    await runIn(namespaces.enterNetwork, ['ip', 'link', ...args]);
  };

  return {
    namespaces,
    async connect(host, hostName, address) {
      await link('add', hostName, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(host.pid));
      const inHost = async (...command: readonly string[]): Promise<void> => {
        await runIn(host.enterNetwork, ['ip', ...command]);
      };
      await inHost('address', 'add', `${address}/${PREFIX_LENGTH}`, 'dev', 'eth0');
      await inHost('link', 'set', 'eth0', 'up');
      await inHost('route', 'add', 'default', 'via', RSYSLOG_ADDRESS);
      await link('set', hostName, 'master', 'br0', 'up');
    },
    unplug: (hostName) => link('set', hostName, 'down'),
    plug: (hostName) => link('set', hostName, 'up'),
    disconnect: (hostName) => link('delete', hostName),
    end: () => namespaces.end(),
  };
}
