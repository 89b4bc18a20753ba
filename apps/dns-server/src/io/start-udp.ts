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

export interface StartedUdp {
  readonly server: RunningServer;
  readonly io: UdpIo;
}

/**
 * Serves over UDP in the chosen way.
 * @throws ListenError also when `batch` is chosen and the host cannot
 */
export async function startUdp(
  choice: UdpIoChoice,
  options: UdpServerOptions,
  load: () => ReturnType<typeof loadBatchSystem> = loadBatchSystem,
): Promise<StartedUdp> {
  const system = choice === 'dgram' ? undefined : await load();
  if (system?.ok) return { server: await startBatchUdpServer(options, system.value), io: 'batch' };
  if (system !== undefined) reportMissing(choice, system.error, options);
  return { server: await startUdpServer(options), io: 'dgram' };
}

function reportMissing(choice: UdpIoChoice, reason: string, { host, port, log }: UdpServerOptions): void {
  if (choice === 'batch') {
    const where = `udp ${host} port ${port}`;
    throw new ListenError('failed', `cannot listen on ${where} in batches: ${reason}; leave out -udp batch`);
  }
  log.info({ reason }, 'datagrams are received and sent one by one');
}
