import { connectUdp } from './connect-udp.ts';

/** Asks one server on 127.0.0.1 over UDP, from one port, any number of questions at a time. */
export interface UdpClient {
  /**
   * Sends a query with an ID of its own, again when no reply comes within 100 ms.
   * @returns the reply
   * @throws Error when none comes at all
   */
  ask(query: Buffer): Promise<Buffer>;
}

const RESEND_MS = 100;
const MAX_SENDS = 50;

export async function openUdpClient(port: number, cleanup: AsyncDisposableStack): Promise<UdpClient> {
  const socket = await connectUdp(port, cleanup);
  const waiting = new Map<number, (reply: Buffer) => void>();
  socket.on('message', (reply) => waiting.get(reply.readUInt16BE(0))?.(reply));
  let nextId = 0;

  return {
    ask(query) {
      nextId = (nextId + 1) % 0x1_0000;
      const id = nextId;
      const bytes = Buffer.from(query);
      bytes.writeUInt16BE(id, 0);
      return new Promise((resolve, reject) => {
        let sends = 0;
        const finish = (settle: () => void): void => {
          clearInterval(timer);
          waiting.delete(id);
          settle();
        };
        const send = (): void => {
          if (sends++ === MAX_SENDS) finish(() => reject(new Error(`no reply from 127.0.0.1 port ${port}`)));
          else socket.send(bytes);
        };
        const timer = setInterval(send, RESEND_MS);
        waiting.set(id, (reply) => finish(() => resolve(reply)));
        send();
      });
    },
  };
}
