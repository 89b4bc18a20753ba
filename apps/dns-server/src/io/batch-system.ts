import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { failure, type Result, success } from '@wharf/agent';
import { createMessageBatch, MESSAGE_HEADER_OCTETS, type MessageBatch } from './message-batch.ts';
import { encodeIpv4SocketAddress } from './socket-address.ts';

/** A system call failed; `code` is the system's name for why, such as `EADDRINUSE`. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${call}: ${code}`);
    this.code = code;
  }
}

/** The system calls that send and receive many datagrams at once. None of them waits. */
export interface BatchSystem {
  createBatch(count: number, slotOctets: number): MessageBatch;
  /**
   * A UDP socket that is bound to a `struct sockaddr`, for `dgram`'s `bind({ fd })`; one that is shared lets others of
   * this user that are shared have the same port (SO_REUSEPORT).
   * @throws SystemCallError
   */
  openSocket(address: Buffer, isShared: boolean): number;
  /**
   * Forbids other processes to bind the same port, which `dgram` allows for descriptors that it is given.
   * @throws SystemCallError
   */
  refuseSharing(fd: number): void;
  closeSocket(fd: number): void;
  /**
   * From now on the socket is given datagrams of one peer only, a `struct sockaddr`; it may still send to all.
   * @throws SystemCallError
   */
  connect(fd: number, address: Buffer): void;
  /** How many messages came, or the system's error number, negated. */
  receive(fd: number, batch: MessageBatch): number;
  /** How many of the `count` messages from the `first` on were taken, or the system's error number, negated. */
  send(fd: number, batch: MessageBatch, first: number, count: number): number;
}

/** Linux's numbers (`bits/socket.h`, `asm-generic/socket.h`), the same on all processors of `PROCESSORS`. */
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_REUSEPORT = 15;
const MSG_DONTWAIT = 0x40;

/** Little-endian, with pointers of 64 bits: what `createMessageBatch` lays out. */
const PROCESSORS: readonly string[] = ['x64', 'arm64'];

/** 127.0.0.1, any port. */
const LOOPBACK = encodeIpv4SocketAddress([127, 0, 0, 1], 0);

/** The system calls, or why this host does not have them. */
export async function loadBatchSystem(
  platform: string = process.platform,
  processor: string = process.arch,
): Promise<Result<BatchSystem, string>> {
  if (platform !== 'linux' || !PROCESSORS.includes(processor)) {
    return failure(`they are known for Linux on ${PROCESSORS.join(' and ')}, and this is ${platform} on ${processor}`);
  }
  try {
    const system = await bindSystemCalls();
    probe(system);
    return success(system);
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error));
  }
}

async function bindSystemCalls(): Promise<BatchSystem> {
  const { default: koffi } = await import('koffi');
  const libc = koffi.load(null);
  const declare = (name: string, ...parameters: string[]): ((...values: readonly (number | Buffer)[]) => number) => {
    const call = libc.func(name, 'int', parameters);
    return (...values) => {
      const result = Number(call(...values));
      return result < 0 ? -koffi.errno() : result;
    };
  };
  const socket = declare('socket', 'int', 'int', 'int');
  const bind = declare('bind', 'int', 'void *', 'uint');
  const connect = declare('connect', 'int', 'void *', 'uint');
  const setsockopt = declare('setsockopt', 'int', 'int', 'int', 'void *', 'uint');
  const close = declare('close', 'int');
  const recvmmsg = declare('recvmmsg', 'int', 'uintptr_t', 'uint', 'int', 'uintptr_t');
  const sendmmsg = declare('sendmmsg', 'int', 'uintptr_t', 'uint', 'int');

  const setFlag = (fd: number, option: number, isOn: boolean): void => {
    const value = Buffer.alloc(4);
    value.writeInt32LE(isOn ? 1 : 0);
    const result = setsockopt(fd, SOL_SOCKET, option, value, value.length);
    if (result < 0) throw new SystemCallError('setsockopt', -result);
  };

  return {
    createBatch: (count, slotOctets) =>
      createMessageBatch({ count, slotOctets, addressOf: (memory) => koffi.address(memory) }),
    openSocket(address, isShared) {
      const fd = socket(address.readUInt16LE(0), SOCK_DGRAM + SOCK_NONBLOCK + SOCK_CLOEXEC, 0);
      if (fd < 0) throw new SystemCallError('socket', -fd);
      try {
        if (isShared) setFlag(fd, SO_REUSEPORT, true);
        const bound = bind(fd, address, address.length);
        if (bound < 0) throw new SystemCallError('bind', -bound);
        return fd;
      } catch (error) {
        close(fd);
        throw error;
      }
    },
    refuseSharing: (fd) => setFlag(fd, SO_REUSEADDR, false),
    closeSocket: (fd) => void close(fd),
    connect(fd, address) {
      const result = connect(fd, address, address.length);
      if (result < 0) throw new SystemCallError('connect', -result);
    },
    receive: (fd, { address, count }) => recvmmsg(fd, address, count, MSG_DONTWAIT, 0),
    send: (fd, { address }, first, count) => sendmmsg(fd, address + first * MESSAGE_HEADER_OCTETS, count, MSG_DONTWAIT),
  };
}

/**
 * Tries both calls without sending anything: sandboxes refuse calls that the library has.
 * @throws SystemCallError
 */
function probe(system: BatchSystem): void {
  const fd = system.openSocket(LOOPBACK, false);
  try {
    const batch = system.createBatch(1, 1);
    const received = system.receive(fd, batch);
    if (received < 0 && received !== -constants.errno.EAGAIN) throw new SystemCallError('recvmmsg', -received);
    const sent = system.send(fd, batch, 0, 0);
    if (sent < 0) throw new SystemCallError('sendmmsg', -sent);
  } finally {
    system.closeSocket(fd);
  }
}
