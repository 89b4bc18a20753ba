import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP socket that is connected to a server on 127.0.0.1; closed by `cleanup`. */
export async function connectUdp(port: number, cleanup: AsyncDisposableStack): Promise<Socket> {
  const socket = createSocket('udp4');
  cleanup.defer(async () => {
    const closed = once(socket, 'close');
    socket.close();
    await closed;
  });
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}
