import { createBatchArena } from './batch-arena.ts';
import { loadBatchSystem } from './batch-system.ts';
import { startBatchUdpServer } from './batch-udp-server.ts';
import { ListenError } from './listen-error.ts';
import type { RunningServer } from './responder.ts';
import { startUdpServer, type UdpServerOptions } from './udp-server.ts';

/** How datagrams are received and sent: many with one system call, or one by one. */
export type UdpIo = 'batch' | 'dgram';

/** Every `UdpIo`. */
export const udpIos: readonly UdpIo[] = ['batch', 'dgram'];

/** `auto` is `batch` where the host can, and `dgram` elsewhere. */
export type UdpIoChoice = UdpIo | 'auto';

/** Serves over UDP in one of the ways. */
export interface UdpStarter {
  readonly io: UdpIo;
  /** @throws ListenError */
  start(options: UdpServerOptions): Promise<RunningServer>;
}

/**
 * Chooses the way, for any number of addresses: all of them receive into the same memory.
 * @throws ListenError when `batch` is chosen and the host cannot
 */
export async function chooseUdp(
  choice: UdpIoChoice,
  where: Pick<UdpServerOptions, 'host' | 'port' | 'log'>,
  load: () => ReturnType<typeof loadBatchSystem> = loadBatchSystem,
): Promise<UdpStarter> {
  const system = choice === 'dgram' ? undefined : await load();
  if (system?.ok) {
    const arena = createBatchArena(system.value);
    return { io: 'batch', start: (options) => startBatchUdpServer(options, system.value, arena) };
  }
  if (system !== undefined) reportMissing(choice, system.error, where);
  return { io: 'dgram', start: startUdpServer };
}

function reportMissing(
  choice: UdpIoChoice,
  reason: string,
  { host, port, log }: Pick<UdpServerOptions, 'host' | 'port' | 'log'>,
): void {
  if (choice === 'batch') {
    const where = `udp ${host} port ${port}`;
    throw new ListenError('failed', `cannot listen on ${where} in batches: ${reason}; leave out -udp batch`);
  }
  log.info({ reason }, 'datagrams are received and sent one by one');
}
