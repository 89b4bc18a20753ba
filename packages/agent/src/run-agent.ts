import { hostname } from 'node:os';
import { isatty } from 'node:tty';
import type { AgentProgram } from './agent.ts';
import type { AgentOptions } from './agent-options.ts';
import { systemClock } from './clock.ts';
import { createLogger } from './create-logger.ts';
import { createHostResolver } from './host-resolver.ts';
import { createLogForwarder, type LogForwarder } from './log-forwarder.ts';
import { createLogSink, type LogSink } from './log-sink.ts';
import type { Logger } from './logger.ts';
import type { OptionTable } from './options.ts';
import type { ProcessHost } from './process-host.ts';
import { runProgram } from './run-program.ts';
import type { ProcessEvents } from './supervise.ts';
import { createSyslogConnection } from './syslog-connection.ts';
import type { SyslogTarget } from './syslog-target.ts';

const STANDARD_ERROR = 2;
const FLUSH_TIMEOUT_MS = 1_000;

/**
 * Runs a program in this process and ends the process with its exit code, once the log is written. An app's `main.ts`
 * is no more than `await runAgent(program)`.
 */
export async function runAgent<T extends OptionTable & AgentOptions, C>(program: AgentProgram<T, C>): Promise<void> {
  const sink = createLogSink(STANDARD_ERROR);
  process.stdout.on('error', () => undefined);
  const { host, closeLog } = createProcessHost(sink);
  const exitCode = await runProgram(program, host);
  await closeLog();
  // With a log that nobody reads any more, a thread of the pool is stuck in a write and process.exit() would wait for it.
  if (!(await sink.flush(FLUSH_TIMEOUT_MS))) process.kill(process.pid, 'SIGKILL');
  process.exit(exitCode);
}

interface HostOfProcess {
  readonly host: ProcessHost;
  /** Ends what log lines go to besides `sink`, for which they wait a moment. */
  readonly closeLog: () => Promise<void>;
}

function createProcessHost(sink: LogSink): HostOfProcess {
  let forwarder: LogForwarder | undefined;
  const host: ProcessHost = {
    argv: process.argv.slice(2),
    env: process.env,
    hostname: hostname(),
    clock: systemClock,
    random: Math.random,
    events: processEvents,
    isTerminal: isatty(STANDARD_ERROR),
    writeOutput: (text) => process.stdout.write(text),
    writeError: (text) => sink.write(text),
    createLogger(settings, { onDrop, onForwardDrop }) {
      sink.onDrop(onDrop);
      const write = (line: string): void => sink.write(line);
      const ownLog = createLogger(settings, write);
      const to = settings.to === undefined ? undefined : forwardTo(settings.to, ownLog, onForwardDrop);
      const log = to === undefined ? ownLog : createLogger(settings, write, (record) => to.send(record));
      forwarder = to;
      // Node would print its warnings as text between the lines of JSON.
      process.removeAllListeners('warning');
      // What a library should do otherwise is nothing that an operator can mend.
      process.on('warning', (warning) => {
        const level = warning.name === 'DeprecationWarning' ? 'debug' : 'warn';
        log[level]({ err: warning }, warning.message);
      });
      return log;
    },
  };
  return { host, closeLog: async () => forwarder?.close(FLUSH_TIMEOUT_MS) };
}

function forwardTo(target: SyslogTarget, log: Logger, onDrop: () => void): LogForwarder {
  return createLogForwarder(target, {
    clock: systemClock,
    random: Math.random,
    log: log.child({ component: 'log-to' }),
    onDrop,
    resolve: createHostResolver(),
    connect: (address) => createSyslogConnection(target, address, hostname()),
  });
}

const processEvents: ProcessEvents = {
  onSignal(listener) {
    const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, listener);
    return () => {
      // Until the process has ended, with the exit code that it has come to, a signal that is repeated changes nothing.
      for (const signal of signals) process.on(signal, () => undefined);
      for (const signal of signals) process.off(signal, listener);
    };
  },
  onCrash(listener) {
    const events = ['uncaughtException', 'unhandledRejection'] as const;
    for (const event of events) process.on(event, listener);
    return () => {
      for (const event of events) process.off(event, listener);
    };
  },
};
