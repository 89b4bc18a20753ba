import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { createPacedLine } from './paced-line.ts';
import { freePort } from './ports.ts';

/** Where the proxy forwards to: a TCP port of this host or a unix socket. */
export type ProxyTarget = { readonly port: number } | { readonly path: string };

/** Where bytes come from. */
export type ProxySide = 'client' | 'server';

/** A link that can be cut, stalled, delayed and slowed down, between a client under test and a real server. */
export interface FaultyProxy {
  /** The port that clients use; 0 when the proxy listens on a path. */
  readonly port: number;
  readonly path: string;
  readonly connections: number;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** Resets every connection now (TCP RST towards the client); new ones are accepted. */
  cut(): void;
  /** Resets every connection and every new one at once, until `heal`: a host that refuses. */
  refuse(): void;
  /**
   * Holds all bytes and ends, until `heal`: a host that went silent. With `from`, those of one side alone: with
   * `server`, requests arrive and are never answered.
   */
  stall(from?: ProxySide): void;
  /** Delays every chunk by `ms`, in order. */
  delay(ms: number): void;
  /** Passes at most so many bytes a second on, in each direction of each connection, until `heal`: the sender feels it. */
  throttle(bytesPerSecond: number): void;
  /** Passes so many bytes from the server (or the client) on in each connection and cuts it at the next, until `heal`. */
  cutAfter(bytes: number, from?: ProxySide): void;
  /** Back to a perfect link; held bytes flow on. */
  heal(): void;
  close(): Promise<void>;
}

/** What is wrong with the links now. */
interface Faults {
  refuses: boolean;
  readonly stalled: Set<ProxySide>;
  delayMs: number;
  bytesPerSecond: number;
  readonly cutAfter: Record<ProxySide, number>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly lanes: readonly Lane[];
}

/** Starts a proxy before `target`, on a free port of 127.0.0.1 or, with `listenPath`, on a unix socket. */
export async function startFaultyProxy(target: ProxyTarget, listenPath?: string): Promise<FaultyProxy> {
  const links = new Set<Link>();
  const faults: Faults = { refuses: false, stalled: new Set(), ...perfectLink() };
  let accepted = 0;

  /** A unix socket knows no reset: its peer reads the end. */
  const reset = (socket: Socket): void => {
    if (listenPath === undefined) socket.resetAndDestroy();
    else socket.destroy();
  };
  const drop = (link: Link): void => {
    links.delete(link);
    for (const lane of link.lanes) lane.clear();
    reset(link.client);
    link.server.destroy();
  };
  const eachLane = (act: (lane: Lane) => void): void => {
    for (const { lanes } of links) for (const lane of lanes) act(lane);
  };

  const listener: Server = createServer({ allowHalfOpen: true }, (client) => {
    accepted++;
    if (faults.refuses) {
      reset(client);
      return;
    }
    const server = createConnection({ ...target, allowHalfOpen: true });
    const dropIt = (): void => drop(link);
    const link: Link = {
      client,
      server,
      lanes: [
        createLane({ source: 'client', from: client, to: server, faults, drop: dropIt }),
        createLane({ source: 'server', from: server, to: client, faults, drop: dropIt }),
      ],
    };
    links.add(link);
  });
  const port = listenPath === undefined ? await freePort() : 0;
  listener.listen(listenPath === undefined ? { port, host: '127.0.0.1' } : { path: listenPath });
  await once(listener, 'listening');

  return {
    port,
    path: listenPath ?? '',
    get connections() {
      return links.size;
    },
    get accepted() {
      return accepted;
    },
    cut() {
      for (const link of links) drop(link);
    },
    refuse() {
      faults.refuses = true;
      for (const link of links) drop(link);
    },
    stall(from) {
      faults.refuses = false;
      for (const side of from === undefined ? (['client', 'server'] as const) : [from]) faults.stalled.add(side);
      eachLane((lane) => lane.obey());
    },
    delay(ms) {
      faults.delayMs = ms;
    },
    throttle(bytesPerSecond) {
      faults.bytesPerSecond = bytesPerSecond;
    },
    cutAfter(bytes, from = 'server') {
      faults.cutAfter[from] = bytes;
    },
    heal() {
      faults.refuses = false;
      faults.stalled.clear();
      Object.assign(faults, perfectLink());
      eachLane((lane) => lane.heal());
    },
    async close() {
      for (const link of links) drop(link);
      listener.close();
      await once(listener, 'close');
    },
  };
}

function perfectLink(): Pick<Faults, 'delayMs' | 'bytesPerSecond' | 'cutAfter'> {
  const never = Number.POSITIVE_INFINITY;
  return { delayMs: 0, bytesPerSecond: never, cutAfter: { client: never, server: never } };
}

/** One direction of a link. */
interface Lane {
  /** Holds from now on if the side it reads from is stalled. */
  obey(): void;
  heal(): void;
  clear(): void;
}

interface LaneOptions {
  readonly source: ProxySide;
  readonly from: Socket;
  readonly to: Socket;
  readonly faults: Readonly<Faults>;
  /** Ends the link. */
  readonly drop: () => void;
}

function createLane({ source, from, to, faults, drop }: LaneOptions): Lane {
  /** Why nothing is read: the side is stalled, the other side is full, or what was read takes its time. */
  const holds = new Set<'stalled' | 'full' | 'slow'>();
  const hold = (why: 'stalled' | 'full' | 'slow'): void => {
    holds.add(why);
    from.pause();
  };
  const release = (why: 'stalled' | 'full' | 'slow'): void => {
    holds.delete(why);
    if (holds.size === 0) from.resume();
  };
  const line = createPacedLine({
    delayMs: () => faults.delayMs,
    bytesPerSecond: () => faults.bytesPerSecond,
  });
  const obey = (): void => {
    if (!faults.stalled.has(source)) return;
    line.hold();
    hold('stalled');
  };
  let passed = 0;

  from.on('data', (chunk: Buffer) => {
    const left = Math.max(0, faults.cutAfter[source] - passed);
    passed += chunk.length;
    for (const bytes of slices(chunk.subarray(0, left), faults.bytesPerSecond)) {
      line.push(() => {
        if (to.writable && !to.write(bytes)) hold('full');
      }, bytes.length);
    }
    // An empty write is done when those before it are, also those that waited for the connection.
    if (chunk.length > left) line.push(() => (to.writable ? to.write('', drop) : drop()));
    else if (Number.isFinite(faults.bytesPerSecond)) {
      hold('slow');
      line.push(() => release('slow'));
    }
  });
  to.on('drain', () => release('full'));
  from.on('end', () => line.push(() => to.end()));
  from.on('error', drop);
  from.on('close', () => line.push(drop));
  obey();

  return {
    obey,
    heal() {
      line.flush();
      release('stalled');
    },
    clear: () => line.clear(),
  };
}

/** Pieces of a twentieth of a second each, so that a slow line is slow and not late. */
function* slices(bytes: Buffer, bytesPerSecond: number): Iterable<Buffer> {
  const size = Math.max(1, Math.floor(bytesPerSecond / 20));
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
