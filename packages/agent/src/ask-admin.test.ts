import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startAdminServer } from './admin-server.ts';
import { askAdmin } from './ask-admin.ts';
import { createLogger } from './create-logger.ts';
import { Registry } from './index.ts';

const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function admin(reasons: readonly string[]) {
  const log = createLogger({ agent: 'test', level: 'error', format: 'json', colours: false }, () => undefined);
  const subject = { title: 'test', registry: new Registry(), readiness: () => reasons, debug: {} };
  const server = await startAdminServer(subject, { host: '127.0.0.1', port: 0 }, log);
  closers.push(() => server.close());
  return server.address;
}

async function listen(server: Server): Promise<{ readonly host: string; readonly port: number }> {
  closers.push(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is bound');
  return { host: '', port: address.port };
}

describe('askAdmin', () => {
  it('has the status and the text of a page', async () => {
    expect(await askAdmin(await admin([]), '/readyz', 5_000)).toEqual({ status: 200, body: 'ready\n' });
    const address = await admin(['etcd is away', 'so is the engine']);
    const answer = await askAdmin(address, '/readyz', 5_000);
    expect(answer).toEqual({ status: 503, body: 'etcd is away\nso is the engine\n' });
    expect(await askAdmin(address, '/healthz', 5_000)).toEqual({ status: 200, body: 'ok\n' });
  });

  it('gives up on a server that takes the question and says nothing', async () => {
    const address = await listen(
      createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).resume()),
    );
    await expect(askAdmin(address, '/readyz', 50)).rejects.toThrow('no answer within 50 ms');
  });

  it('tells what is no HTTP', async () => {
    const address = await listen(createServer((socket) => void socket.end('220 mail.example.org ready\r\n')));
    await expect(askAdmin(address, '/readyz', 5_000)).rejects.toThrow('not HTTP');
  });

  it('fails where nothing listens', async () => {
    await expect(askAdmin({ host: '127.0.0.1', port: 9 }, '/readyz', 5_000)).rejects.toThrow('ECONNREFUSED');
  });
});
