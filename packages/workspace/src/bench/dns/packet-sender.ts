import { isOwedReply } from '@wharf/testkit';
import { connectUdp } from './connect-udp.ts';

/** What came back for some packets. */
export interface SentPackets {
  /** How many replies had each code (RFC 1035, section 4.1.1). */
  readonly rcodes: ReadonlyMap<number, number>;
  /** Replies that are owed and did not come. */
  readonly lost: number;
}

/** Sends packets of any kind to a server on 127.0.0.1, no faster than it deals with them. */
export interface PacketSender {
  send(count: number, next: () => Buffer): Promise<SentPackets>;
}

/** Packets under way at a time: as many as a batch, few enough for a socket's buffer. */
const WINDOW = 64;
const PATIENCE_MS = 5_000;

/**
 * @param query what is sent after packets to none of which a reply is owed, for its own reply to come
 */
export async function openPacketSender(
  port: number,
  query: Buffer,
  cleanup: AsyncDisposableStack,
): Promise<PacketSender> {
  const socket = await connectUdp(port, cleanup);
  let onReply: (reply: Buffer) => void = () => undefined;
  socket.on('message', (reply) => onReply(reply));

  /** Resolves to what came, when all did or nothing comes any more. */
  const exchange = (packets: readonly Buffer[], owed: number): Promise<readonly Buffer[]> =>
    new Promise((resolve) => {
      const replies: Buffer[] = [];
      const timer = setTimeout(() => resolve(replies), PATIENCE_MS);
      onReply = (reply) => {
        replies.push(reply);
        if (replies.length < owed) return;
        clearTimeout(timer);
        resolve(replies);
      };
      for (const packet of packets) socket.send(packet);
    });

  return {
    async send(count, next) {
      const rcodes = new Map<number, number>();
      let lost = 0;
      for (let sent = 0; sent < count; sent += WINDOW) {
        const packets = Array.from({ length: Math.min(WINDOW, count - sent) }, next);
        const owed = packets.filter(isOwedReply).length;
        const replies = await (owed > 0 ? exchange(packets, owed) : exchange([...packets, query], 1));
        lost += Math.max(owed - replies.length, 0);
        if (owed === 0) continue;
        for (const reply of replies) {
          const rcode = (reply[3] ?? 0) & 0x0f;
          rcodes.set(rcode, (rcodes.get(rcode) ?? 0) + 1);
        }
      }
      return { rcodes, lost };
    },
  };
}
