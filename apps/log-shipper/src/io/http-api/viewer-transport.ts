import { createStopper, type Transport, type TransportContext } from '../transport.ts';
import type { ViewerPeer } from './viewer-peer.ts';

const WRITE_BYTES = 64 * 1024;
/** A viewer that has not taken what it was sent within this time is let go: others may want its place. */
const STALL_MS = 60_000;

/** Takes messages to a viewer as fast as it reads them. What is left when it has gone is nobody's any more. */
export function createViewerTransport(
  peer: ViewerPeer,
  { queue, clock }: Pick<TransportContext, 'queue' | 'clock'>,
  onSent: (messages: number) => void,
): Transport {
  const { closing, aborting, stopping } = createStopper();
  let running = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!aborting.aborted && !peer.gone.aborted) {
      await queue.available(closing);
      const messages = queue.take(WRITE_BYTES);
      if (messages.length === 0) return;
      const cancel = clock.schedule(STALL_MS, () => peer.destroy());
      await peer.send(messages);
      cancel();
      queue.confirm(messages.length);
      if (!peer.gone.aborted) onSent(messages.length);
    }
  };

  return {
    start() {
      running = run();
    },
    async stop(giveUp) {
      await stopping(giveUp, running);
      queue.confirm(queue.take(Number.POSITIVE_INFINITY).length);
    },
    trouble: undefined,
    peer: peer.address,
  };
}
