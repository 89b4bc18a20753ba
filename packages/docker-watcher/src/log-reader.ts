import type { Clock } from '@wharf/agent';
import { type DockerAddress, renderDockerAddress } from './docker-host.ts';
import type { LogListener, LogReading } from './engine.ts';
import type { EngineCertificates } from './engine-certificates.ts';
import { type ConnectionListener, openConnection } from './engine-connection.ts';
import { type LogLocation, startLogReading } from './log-reading.ts';

export interface LogReaderOptions {
  readonly clock: Clock;
  /** How long an answer that is an error may take as a whole, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly certificates: EngineCertificates;
}

export interface LogReader {
  /**
   * @param action for messages: `read the log of container 0123456789ab`
   * @param locate may fail with whatever `toEngineError` translates
   */
  read(action: string, locate: () => Promise<LogLocation>, listener: LogListener): LogReading;
  /** Closes all readings. */
  close(): void;
}

/** More than a unix socket holds; a longer one makes nothing cheaper. */
const BUFFER_BYTES = 64 * 1024;

/**
 * Reads logs, each over a connection of its own, without Node's HTTP client and streams: they cost several times as much as
 * all else that is done with a line.
 */
export function createLogReader(address: DockerAddress, options: LogReaderOptions): LogReader {
  const { clock, callTimeoutMs, certificates } = options;
  const engine = renderDockerAddress(address);
  const host = address.type === 'unix' ? 'localhost' : engine.slice('tcp://'.length);
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  const readings = new Set<LogReading>();

  // Asked in HTTP/1.0, an engine would end the body with the connection: just as its own death ends it.
  const ask = (path: string, listener: ConnectionListener) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    return openConnection(address, certificates, request, buffer, listener);
  };

  return {
    read(action, locate, listener) {
      const reading = startLogReading(
        { attempt: { engine, action }, clock, callTimeoutMs, locate, ask },
        {
          onOpen: () => listener.onOpen(),
          onChunk: (bytes) => listener.onChunk(bytes),
          onEnd(error) {
            readings.delete(reading);
            listener.onEnd(error);
          },
        },
      );
      readings.add(reading);
      return reading;
    },
    close() {
      // Whoever hears of an end may open the next reading.
      const open = [...readings];
      for (const reading of open) reading.close();
    },
  };
}
