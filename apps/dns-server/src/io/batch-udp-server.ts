import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { ipAddressKind } from '@wharf/agent';
import type { BatchArena } from './batch-arena.ts';
import { createBatchDrain } from './batch-drain.ts';
import type { BatchSystem } from './batch-system.ts';
import { zoneIndexOf } from './interface-zones.ts';
import { listenError } from './listen-error.ts';
import type { RunningServer } from './responder.ts';
import { encodeSocketAddress, setPort } from './socket-address.ts';
import { answerDatagram, createReplySender } from './udp-replies.ts';
import { closeSocket, socketOptions, type UdpServerOptions } from './udp-server.ts';

/**
 * Serves DNS over UDP as `startUdpServer` does, with fewer system calls when busy: `dgram` says that there are datagrams
 * by delivering one, and those behind it are received and answered in batches.
 * @param arena may be that of other servers of this thread
 * @throws ListenError
 */
export async function startBatchUdpServer(
  options: UdpServerOptions,
  system: BatchSystem,
  arena: BatchArena,
): Promise<RunningServer> {
  const { log } = options;
  const { socket, fd } = await openSocket(system, options);
  const replies = createReplySender(socket, options);
  const waiting = createBatchDrain({ ...options, system, arena, fd, send: (...sent) => replies.send(...sent) });
  socket.on('error', (error) => log.warn({ error: error.message }, 'the UDP socket reports an error'));
  const nameOf = createNameMemory();
  socket.on('message', (query, peer) => {
    const name = nameOf(peer);
    if (name === undefined) answerDatagram(query, peer, options, replies);
    waiting.drain(query, name);
  });
  const { port } = socket.address();
  return {
    port,
    async leave() {
      leaveToOthers(system, fd, { ...options, port });
      await delay(ARRIVAL_MS);
    },
    async close() {
      replies.stop();
      await closeSocket(socket);
    },
  };
}

/** How long the system may be about to hand over a datagram for which it has chosen a socket: far more than it takes. */
const ARRIVAL_MS = 20;

/**
 * Has the system give what comes from now on to others at the port, if there are any: only the socket itself could still
 * send to it. One on all addresses stays as it is: it would have to choose one of them.
 */
function leaveToOthers(system: BatchSystem, fd: number, { host, port, log }: UdpServerOptions): void {
  if (ipAddressKind(host) === 'unspecified') return;
  try {
    system.connect(fd, socketAddressOf(host, port));
  } catch (error) {
    log.debug({ error: String(error), host }, 'questions that come while the UDP socket is closed may be lost');
  }
}

/** The descriptor is the socket's: it closes with it. */
interface OpenSocket {
  readonly socket: Socket;
  readonly fd: number;
}

async function openSocket(
  system: BatchSystem,
  { host, port, isShared = false }: UdpServerOptions,
): Promise<OpenSocket> {
  try {
    const fd = system.openSocket(socketAddressOf(host, port), isShared);
    const socket = createSocket(socketOptions(host));
    await adopt(system, socket, fd);
    return { socket, fd };
  } catch (error) {
    throw listenError(`udp ${host} port ${port}`, error);
  }
}

async function adopt(system: BatchSystem, socket: Socket, fd: number): Promise<void> {
  const listening = once(socket, 'listening');
  try {
    socket.bind({ fd });
    await listening;
  } catch (error) {
    system.closeSocket(fd);
    throw error;
  }
  try {
    system.refuseSharing(fd);
  } catch (error) {
    socket.close();
    throw error;
  }
}

function socketAddressOf(address: string, port: number): Buffer {
  const encoded = encodeAddress(address, port);
  if (encoded === undefined) throw new TypeError(`${address} is not an IP address`);
  return encoded;
}

function encodeAddress(address: string, port: number): Buffer | undefined {
  const [host = '', zone] = address.split('%');
  return encodeSocketAddress({ host, port, zoneIndex: (zone && zoneIndexOf(zone)) || 0 });
}

/** Socket addresses from what `dgram` says, each valid until the next; the last address is remembered, zones are not. */
function createNameMemory(): (peer: Pick<RemoteInfo, 'address' | 'port'>) => Buffer | undefined {
  let lastAddress = '';
  let lastName: Buffer | undefined;
  return ({ address, port }) => {
    if (address !== lastAddress || address.includes('%')) lastName = encodeAddress(address, port);
    lastAddress = address;
    if (lastName !== undefined) setPort(lastName, port);
    return lastName;
  };
}
