import { addressLifetimeMs } from './address-lifetime.ts';
import { type BackoffPolicy, backoffDelayMs, defaultBackoff } from './backoff.ts';
import { type Clock, sleep } from './clock.ts';
import { describeError } from './describe-error.ts';
import type { HostAddress, HostResolver } from './host-resolver.ts';
import type { LogRecord } from './log-record.ts';
import type { Logger } from './logger.ts';
import type { SyslogConnection, SyslogLine } from './syslog-connection.ts';
import { renderSyslogTarget, type SyslogTarget } from './syslog-target.ts';

/** How many lines may wait for a syslog server, of 8 KiB at most; what comes on top is dropped and counted. */
export const MAX_WAITING_LINES = 1_000;
/** How long a name server, a connection and the sending of one line may take. */
export const PATIENCE_MS = 10_000;

/** What a forwarder works with. */
export interface LogForwarderDependencies {
  readonly clock: Clock;
  readonly random: () => number;
  /** Hears what the forwarder itself has to say; must not lead back to it. */
  readonly log: Logger;
  /** Is called for each line that is dropped. */
  readonly onDrop: () => void;
  readonly resolve: HostResolver;
  readonly connect: (address: string) => SyslogConnection;
  readonly backoff?: BackoffPolicy;
}

/** Sends the agent's own log to a syslog server, behind the agent's back. */
export interface LogForwarder {
  /** Takes a line; never waits and never throws. */
  send(record: LogRecord): void;
  /** Resolves when all is sent, when sending fails once more, or after `timeoutMs`; what is left then is dropped. */
  close(timeoutMs: number): Promise<void>;
}

/**
 * Sends lines one at a time, in order, by one connection at a time, and begins when the first line comes. A line whose
 * sending fails is sent again by the next connection, after a back-off. When sending begins to fail, and when all that
 * waited is sent at last, one line says so.
 */
export function createLogForwarder(target: SyslogTarget, dependencies: LogForwarderDependencies): LogForwarder {
  const { clock, random, log, onDrop, connect, backoff = defaultBackoff } = dependencies;
  const waiting: SyslogLine[] = [];
  const closing = new AbortController();
  const aborting = new AbortController();
  const addressBook = createAddressBook(target.host, dependencies, aborting.signal);
  const to = renderSyslogTarget(target);
  let connection: SyslogConnection | undefined;
  let openedAtMs = 0;
  let attempt = 0;
  let dropped = 0;
  let troubled = false;
  let running: Promise<void> | undefined;

  const complain = (reason: string): void => {
    if (troubled) return;
    troubled = true;
    log.warn({ to, reason }, 'cannot send the log to the syslog server');
  };
  const drop = (): void => {
    dropped++;
    onDrop();
  };
  const recover = (): void => {
    if (!troubled) return;
    log.info({ to, dropped }, 'the log goes to the syslog server again');
    troubled = false;
    dropped = 0;
  };

  const isStale = (): boolean =>
    connection === undefined ||
    connection.isLost ||
    // A TCP connection is kept while it lasts.
    (target.transport === 'udp' && clock.monotonicMs() - openedAtMs >= addressBook.lifetimeMs);
  const open = async (): Promise<SyslogConnection> => {
    connection?.close('replaced');
    openedAtMs = clock.monotonicMs();
    connection = connect(await addressBook.next());
    return connection;
  };
  /** Undefined when the kernel has the line, else why not. */
  const deliver = async (line: SyslogLine): Promise<string | undefined> => {
    let cancel = (): void => undefined;
    try {
      const used = connection === undefined || isStale() ? await open() : connection;
      cancel = clock.schedule(PATIENCE_MS, () => used.close('no answer'));
      return await used.send(line);
    } catch (error) {
      return describeError(error);
    } finally {
      cancel();
    }
  };

  const run = async (): Promise<void> => {
    for (let line = waiting[0]; line !== undefined && !aborting.signal.aborted; line = waiting[0]) {
      const reason = await deliver(line);
      if (reason === undefined) {
        waiting.shift();
        if (waiting.length === 0) recover();
        continue;
      }
      connection?.close(reason);
      connection = undefined;
      addressBook.skip();
      complain(reason);
      if (closing.signal.aborted) break;
      // A server that takes connections and cuts them at once is not asked faster for that.
      if (clock.monotonicMs() - openedAtMs > backoff.capMs) attempt = 0;
      await sleep(clock, backoffDelayMs(attempt++, backoff, random), closing.signal);
    }
    running = undefined;
  };

  return {
    send(record) {
      if (closing.signal.aborted) return drop();
      if (waiting.length >= MAX_WAITING_LINES) {
        complain(`more than ${MAX_WAITING_LINES} lines wait`);
        return drop();
      }
      waiting.push({ ...record, timeMs: clock.wallMs() });
      running ??= run();
    },
    async close(timeoutMs) {
      closing.abort();
      const cancel = clock.schedule(timeoutMs, () => {
        aborting.abort();
        connection?.close('no time left');
      });
      await running;
      cancel();
      connection?.close('done');
      if (waiting.length === 0) return;
      while (waiting.pop() !== undefined) drop();
      log.warn({ to, dropped }, 'the end has come before all of the log was sent to the syslog server');
    },
  };
}

interface AddressBook {
  /** An address to send to. @throws when the name has none and never had one */
  next(): Promise<string>;
  /** How long it holds. */
  readonly lifetimeMs: number;
  /** The next one is another, if there is another. */
  skip(): void;
}

/** Addresses of a name, asked for anew each time; while no name server answers, the last ones count. */
function createAddressBook(
  host: string,
  { clock, resolve }: Pick<LogForwarderDependencies, 'clock' | 'resolve'>,
  aborting: AbortSignal,
): AddressBook {
  let known: readonly HostAddress[] = [];
  let skipped = 0;
  return {
    async next() {
      const tooLong = new AbortController();
      const cancel = clock.schedule(PATIENCE_MS, () => tooLong.abort());
      try {
        known = await resolve(host, AbortSignal.any([aborting, tooLong.signal]));
      } catch (error) {
        if (known.length === 0) throw error;
      } finally {
        cancel();
      }
      const next = known[skipped % known.length];
      if (next === undefined) throw new Error('the name has no address');
      return next.address;
    },
    get lifetimeMs() {
      return addressLifetimeMs(known);
    },
    skip() {
      skipped++;
    },
  };
}
