import { readFileSync } from 'node:fs';
import { type Certificate, eventually, freePort, type ServerProcess, startServer } from '@wharf/testkit';

/** A receiver that throws away all that it reads, cheaper than whoever sends. */
export interface ByteSink {
  readonly port: number;
  /** How many bytes it has read, over TLS with what that adds. */
  bytes(): number;
  stop(): Promise<void>;
}

const BLOCK_BYTES = 256 * 1024;

/** Starts a sink on 127.0.0.1 that takes one connection. */
export async function startByteSink(tls?: Certificate): Promise<ByteSink> {
  const port = await freePort();
  const options = `${port},bind=127.0.0.1,reuseaddr`;
  const listen =
    tls === undefined
      ? `TCP-LISTEN:${options}`
      : `OPENSSL-LISTEN:${options},cert=${tls.certFile},key=${tls.keyFile},verify=0`;
  const server = await startServer({
    name: 'socat',
    command: 'socat',
    args: ['-d', '-d', '-u', '-b', String(BLOCK_BYTES), listen, 'OPEN:/dev/null'],
    remedy: 'apt-get install socat',
  });
  await eventually('socat to listen', () => {
    if (!server.output().includes('listening on')) throw new Error(server.output());
  });
  const before = bytesRead(server);
  return { port, bytes: () => bytesRead(server) - before, stop: () => server.stop() };
}

/** Source: proc(5), `/proc/<pid>/io`: what read(2) has returned. */
function bytesRead(socat: ServerProcess): number {
  if (!socat.running) throw new Error(`socat has ended: ${socat.output()}`);
  return Number(/^rchar: (\d+)$/m.exec(readFileSync(`/proc/${socat.pid}/io`, 'utf8'))?.[1]);
}
