import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createArrivals } from './arrivals.ts';
import { wallMs } from './registrar-stage.ts';

/** An event of the engine: when it says that it happened, and when it arrived here, in milliseconds since 1970. */
export interface SeenEvent {
  readonly engineMs: number;
  readonly arrivedMs: number;
}

/** A client of the engine as plain as can be: what its answers take without anybody's code around them. */
export interface EngineObserver {
  /** Resolves to an event of a container, also one that has come already. */
  event(action: string, containerName: string): Promise<SeenEvent>;
  /** Asks for a path over a connection that is kept, reads the whole answer, and resolves to the time that took. */
  timeGet(path: string): Promise<number>;
}

/** Follows the events of the containers; resolves when the engine has accepted that. */
export async function observeEngine(socketPath: string, cleanup: AsyncDisposableStack): Promise<EngineObserver> {
  const events = createArrivals<SeenEvent>('event of the engine');
  const filters = encodeURIComponent(JSON.stringify({ type: ['container'] }));
  const following = get({ socketPath, path: `/events?filters=${filters}`, agent: false });
  const stream = await answerOf(following);
  cleanup.defer(async () => void following.destroy());
  stream.on('error', () => undefined); // The end of the benchmark cuts it.
  onLines(stream, (line) => {
    const arrivedMs = wallMs();
    const [, action, name, nanos = ''] = EVENT.exec(line) ?? [];
    if (action === undefined || name === undefined) return;
    const engineMs = Number(nanos.slice(0, -6)) + Number(nanos.slice(-6)) / 1e6;
    events.arrive(`${action} ${name}`, { engineMs, arrivedMs });
  });

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  cleanup.defer(async () => agent.destroy());
  return {
    event: (action, containerName) => events.of(`${action} ${containerName}`),
    async timeGet(path) {
      const startedAt = performance.now();
      const answer = await answerOf(get({ socketPath, path, agent }));
      answer.resume();
      await once(answer, 'end');
      if (answer.statusCode !== 200) throw new Error(`GET ${path}: ${answer.statusCode}`);
      return performance.now() - startedAt;
    },
  };
}

/** Read by eye, not parsed: a `number` cannot hold the nanoseconds. */
const EVENT = /"Action":"([^"]+)".*"name":"([^"]+)".*"timeNano":(\d+)\}$/;

async function answerOf(call: ReturnType<typeof get>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    call.on('response', resolve);
    call.on('error', reject);
  });
}

function onLines(stream: IncomingMessage, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
