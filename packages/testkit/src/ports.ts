import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Test servers listen below the ephemeral ports (32768 and up): above, a client's own port may take theirs. */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_000;

/** Each user's own: what root has made, another user cannot write to. */
const reservations = join(tmpdir(), `wharf-ports-${process.getuid?.() ?? 'all'}`);
const held = new Set<number>();

/**
 * A port that is free on 127.0.0.1 for UDP and TCP, and stays reserved for this process until it ends: test files run
 * in several processes at once, and a port merely seen free would be seen free by two of them.
 * @throws Error when no port is free
 */
export async function freePort(): Promise<number> {
  mkdirSync(reservations, { recursive: true });
  const span = LAST_PORT - FIRST_PORT;
  const start = Math.floor(Math.random() * span);
  for (let offset = 0; offset < span; offset++) {
    const port = FIRST_PORT + ((start + offset) % span);
    if (!reserve(port)) continue;
    if ((await canBindTcp(port)) && (await canBindUdp(port))) return port;
    release(port);
  }
  throw new Error(`no port between ${FIRST_PORT} and ${LAST_PORT} is free on 127.0.0.1`);
}

function reserve(port: number): boolean {
  const file = join(reservations, String(port));
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      held.add(port);
      return true;
    } catch {
      if (!isStale(file)) return false;
      rmSync(file, { force: true });
    }
  }
  return false;
}

/** A reservation whose process is gone (killed before its exit handler ran) counts for nothing. */
function isStale(file: string): boolean {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    if (!Number.isInteger(owner) || owner <= 0) return false;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'ENOENT');
  }
}

function release(port: number): void {
  held.delete(port);
  rmSync(join(reservations, String(port)), { force: true });
}

process.on('exit', () => {
  for (const port of held) release(port);
});

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
