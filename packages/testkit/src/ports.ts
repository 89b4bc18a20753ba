import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Test servers listen below the ephemeral ports (32768 and up): above, a client's own port may take theirs. */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;

/**
 * A port that is free on 127.0.0.1 for UDP and TCP, and stays reserved for this process until it ends: test files run
 * in several processes at once, and a port merely seen free would be seen free by two of them.
 * @throws Error when no port is free
 */
export async function freePort(): Promise<number> {
  const span = LAST_PORT - FIRST_PORT;
  const start = Math.floor(Math.random() * span);
  for (let offset = 0; offset < span; offset++) {
    const port = FIRST_PORT + ((start + offset) % span);
    if ((await reserve(port)) && (await canBindTcp(port)) && (await canBindUdp(port))) return port;
  }
  throw new Error(`no port between ${FIRST_PORT} and ${LAST_PORT} is free on 127.0.0.1`);
}

/**
 * Takes the port's name among the abstract sockets: the kernel gives it to one process only, and takes it back when
 * that ends, however it ends. Like a port, the name is one of a network namespace.
 */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().unref();
    server.once('error', () => resolve(false));
    server.listen(`\0wharf-port-${port}`, () => resolve(true));
  });
}

function canBindTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function canBindUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
