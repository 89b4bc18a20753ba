import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { LabHost } from '@wharf/lab';
import { startServer } from '@wharf/testkit';
import { type Answer, createLineParser, type ProbeTask } from './answer.ts';

/** A client in one host's network, which asks that host's dns-server again and again. */
export interface DnsProbe {
  /** From now on it asks for these names. */
  ask(task: ProbeTask): void;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('dns-probe-process.ts', import.meta.url));

/**
 * Starts a probe; it asks for nothing yet.
 * @param socketPath where no file is yet
 */
export async function startDnsProbe(
  host: LabHost,
  domain: string,
  socketPath: string,
  onAnswer: (answer: Answer) => void,
): Promise<DnsProbe> {
  let connection: Socket | undefined;
  let task: ProbeTask | undefined;
  const send = (): void => {
    if (task !== undefined) connection?.write(`${JSON.stringify(task)}\n`);
  };
  const server = createServer((socket) => {
    connection = socket;
    socket.setEncoding('utf8');
    socket.on(
      'data',
      createLineParser((value) => (value === 'ready' ? send() : onAnswer(toAnswer(host.name, value)))),
    );
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  const line = [
    ...host.enterNetwork,
    process.execPath,
    '--conditions=source',
    PROGRAM,
    socketPath,
    host.address,
    domain,
  ];
  const [command = process.execPath, ...args] = line;
  const close = async (): Promise<void> => {
    connection?.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(socketPath, { force: true });
  };
  try {
    const child = await startServer({ name: 'a DNS probe', command, args, remedy: 'apt-get install util-linux' });
    return {
      ask(next) {
        task = next;
        send();
      },
      async stop() {
        await child.stop('SIGKILL');
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function toAnswer(host: string, value: unknown): Answer {
  const field = (name: string): unknown => Reflect.get(Object(value), name);
  const addresses = field('addresses');
  return {
    host,
    name: String(field('name')),
    askedAt: Number(field('askedAt')),
    rcode: String(field('rcode')),
    addresses: Array.isArray(addresses) ? addresses.map(String) : [],
  };
}
