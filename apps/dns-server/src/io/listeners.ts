import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type Clock, type HostPort, ipAddressKind, type Logger } from '@wharf/agent';
import { type AddressSockets, MAX_ADDRESS_SOCKETS, startAddressSockets } from './address-sockets.ts';
import type { HostInterfaces } from './choose-addresses.ts';
import { ListenError } from './listen-error.ts';
import type { Responders, RunningServer } from './responder.ts';
import { chooseUdp, type UdpIo, type UdpIoChoice, type UdpStarter } from './start-udp.ts';
import { startTcpServer } from './tcp-server.ts';
import { probeUdpPort } from './udp-server.ts';

/** Whether others of this process listen on the same address: nobody, those who come later, or also one who was first. */
export type Sharing = 'alone' | 'first' | 'joining';

export interface ListenersOptions extends Responders {
  /** The host is an IP address, or empty for all addresses of this host. */
  readonly listen: HostPort;
  /** Alone when absent. */
  readonly sharing?: Sharing;
  /** Whether other processes of this user may listen on the same address as well; they may not when absent. */
  readonly reusePort?: boolean;
  readonly udp: UdpIoChoice;
  /** Those of this host when absent. */
  readonly interfaces?: () => HostInterfaces;
  /** That of this process when absent. */
  readonly platform?: NodeJS.Platform;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onDropped: () => void;
  readonly onConnections: (count: number) => void;
  readonly onEvicted: () => void;
}

/** The transports, on one address and port; with port 0 the one that was free. */
export interface Listeners extends RunningServer {
  readonly host: string;
  /** How datagrams are received and sent. */
  readonly udpIo: UdpIo;
  /** The addresses that have a UDP socket of their own, from which replies come whatever the host's routes are. */
  udpAddresses(): readonly string[];
}

/** More than chance needs. */
const MAX_PORT_CHOICES = 10;

/**
 * Serves over UDP and TCP, or over neither.
 * @throws ListenError
 */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const { listen } = options;
  if (listen.host !== '') return startOnOnePort(listen.host, options);
  try {
    // IPv4 clients are served by the same sockets.
    return await startOnOnePort('::', options);
  } catch (error) {
    if (!(error instanceof ListenError) || error.code !== 'no-such-address') throw error;
    return startOnOnePort('0.0.0.0', options);
  }
}

/** With port 0 the system chooses one for UDP; where TCP has that already, it chooses again. */
async function startOnOnePort(host: string, options: ListenersOptions): Promise<Listeners> {
  for (let choicesLeft = options.listen.port === 0 ? MAX_PORT_CHOICES : 1; ; choicesLeft--) {
    try {
      return await startBoth(host, options);
    } catch (error) {
      const isTaken = error instanceof ListenError && error.code === 'address-in-use';
      if (!isTaken || choicesLeft === 1) throw error;
    }
  }
}

async function startBoth(host: string, options: ListenersOptions): Promise<Listeners> {
  const { sharing = 'alone', reusePort = false, listen } = options;
  const starter = await chooseUdp(options.udp, { ...options, host, port: listen.port });
  const udp = await startUdp(host, starter, options);
  try {
    const tcp = await startTcpServer({ ...options, host, port: udp.port, isShared: reusePort || sharing !== 'alone' });
    return {
      host,
      udpIo: starter.io,
      port: udp.port,
      udpAddresses: () => udp.addresses(),
      async leave() {
        await Promise.all([udp.leave(), tcp.leave()]);
      },
      async close() {
        await Promise.all([udp.close(), tcp.close()]);
      },
    };
  } catch (error) {
    await udp.close();
    throw error;
  }
}

/**
 * Serves over UDP on one address, or on all: a reply from a socket on all of them has the source that the host's routes
 * choose, so each address has one of its own as well. Linux gives a datagram to the socket that is bound closest; other
 * systems do not, or do not let the sockets be side by side.
 */
async function startUdp(
  host: string,
  starter: UdpStarter,
  options: ListenersOptions,
): Promise<RunningServer & AddressSockets> {
  const { sharing = 'alone', reusePort = false, listen, interfaces = networkInterfaces } = options;
  const { platform = process.platform } = options;
  const isEverywhere = ipAddressKind(host) === 'unspecified';
  const hasAddressSockets = isEverywhere && platform === 'linux';
  const isShared = hasAddressSockets || reusePort || sharing !== 'alone';
  // Whoever may share the port is not refused by others of the same user who may, such as a second dns-server.
  const mustBeFree = isShared && sharing !== 'joining' && (!reusePort || listen.port === 0);
  const port = mustBeFree ? await probeUdpPort(host, listen.port) : listen.port;
  const server = await starter.start({ ...options, host, port, isShared });
  if (!hasAddressSockets) return { ...server, addresses: () => (isEverywhere ? [] : [host]) };
  const sockets = await startAddressSockets({
    ...options,
    interfaces,
    ipv4Only: isIPv4(host),
    open: (address) => starter.start({ ...options, host: address, port: server.port, isShared }),
    onLimit(leftOut) {
      // The first has said so for all.
      if (sharing === 'joining') return;
      const message =
        'there are more addresses than UDP sockets for them; replies may leave from another one than was asked';
      options.log.info({ sockets: MAX_ADDRESS_SOCKETS, leftOut }, message);
    },
  });
  return {
    port: server.port,
    addresses: () => sockets.addresses(),
    async leave() {
      await Promise.all([server.leave(), sockets.leave()]);
    },
    async close() {
      await Promise.all([server.close(), sockets.close()]);
    },
  };
}
