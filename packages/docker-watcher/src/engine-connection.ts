import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { DockerAddress } from './docker-host.ts';
import type { EngineCertificates } from './engine-certificates.ts';

export interface ConnectionListener {
  /** What has been read, in memory that is used again; returns whether to go on reading: if not, until `resume`. */
  onBytes(bytes: Buffer): boolean;
  /** Called once, last: with an error, or when both sides have closed in good order. */
  onClose(error?: Error): void;
}

const KEEPALIVE_MS = 30_000;

/**
 * Opens a connection to an engine and sends `request` over it. Without TLS, bytes are read into `buffer`, which any
 * number of connections may share: between a read and its `onBytes` nothing else runs.
 */
export function openConnection(
  address: DockerAddress,
  certificates: EngineCertificates,
  request: string,
  buffer: Buffer,
  listener: ConnectionListener,
): Socket {
  let failure: Error | undefined;
  const onread: OnReadOpts = {
    buffer,
    callback: (length) => listener.onBytes(buffer.subarray(0, length)),
  };
  const socket = connectTo(address, certificates, onread);
  // TLS hands over chunks of its own.
  socket.on('data', (chunk: Buffer) => {
    if (!listener.onBytes(chunk)) socket.pause();
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => listener.onClose(failure));
  socket.write(request);
  return socket;
}

/** TCP's own keep-alive notices a host that vanished under a quiet log. */
function connectTo(address: DockerAddress, certificates: EngineCertificates, onread: OnReadOpts): Socket {
  if (address.type === 'unix') return connect({ path: address.path, onread });
  const { host, port, tls } = address;
  const common = { host, port, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS };
  if (tls === undefined) return connect({ ...common, onread });
  return connectTls({ ...common, ...certificates, ...(isIP(host) === 0 ? { servername: host } : {}) });
}
