import type { Clock, HostPort, Logger } from '@wharf/agent';
import { ListenError } from './listen-error.ts';
import type { Responders, RunningServer } from './responder.ts';
import { startUdp, type UdpIo, type UdpIoChoice } from './start-udp.ts';
import { startTcpServer } from './tcp-server.ts';

export interface ListenersOptions extends Responders {
  /** The host is an IP address, or empty for all addresses of this host. */
  readonly listen: HostPort;
  /** Whether others of this process listen there, too. */
  readonly isShared?: boolean;
  readonly udp: UdpIoChoice;
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
}

/**
 * Serves over UDP and TCP, or over neither.
 * @throws ListenError
 */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const { listen } = options;
  if (listen.host !== '') return startBoth(listen.host, options);
  try {
    // IPv4 clients are served by the same sockets.
    return await startBoth('::', options);
  } catch (error) {
    if (!(error instanceof ListenError) || error.code !== 'no-such-address') throw error;
    return startBoth('0.0.0.0', options);
  }
}

async function startBoth(host: string, options: ListenersOptions): Promise<Listeners> {
  const { server: udp, io: udpIo } = await startUdp(options.udp, { ...options, host, port: options.listen.port });
  try {
    const tcp = await startTcpServer({ ...options, host, port: udp.port });
    return {
      host,
      udpIo,
      port: udp.port,
      async close() {
        await Promise.all([udp.close(), tcp.close()]);
      },
    };
  } catch (error) {
    await udp.close();
    throw error;
  }
}
