import type { Container } from './container.ts';

export interface EngineVersion {
  readonly flavour: 'docker' | 'podman';
  /** Such as `20.10.24`. */
  readonly version: string;
  /** The API version that requests use, such as `1.41`: negotiated, the newest both sides know. */
  readonly apiVersion: string;
}

/**
 * Something that happened to a container, in Docker's words (Podman's `died` and `remove` are `die` and `destroy`
 * here). Of the events of networks, those that concern a container are among them; `exec_*` and `top` are not.
 */
export interface ContainerEvent {
  /**
   * `create`, `start`, `die`, `kill`, `stop`, `pause`, `unpause`, `rename`, `health_status`, `destroy`, ...; and, of
   * networks, `network_connect` and `network_disconnect`.
   */
  readonly action: string;
  readonly id: string;
  /** Nanoseconds since 1970: beyond 2^53, hence a bigint. */
  readonly timeNano: bigint;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Nothing is called before `DockerEngine.events` has returned. */
export interface EventListener {
  /** The engine has accepted the subscription: whatever happens from now on is reported on this stream. */
  onOpen(): void;
  onEvent(event: ContainerEvent): void;
  /** Called exactly once, last; `error` is undefined when the stream was closed by `close()`. */
  onEnd(error?: EngineError): void;
}

export interface EventStream {
  close(): void;
}

export interface LogRequest {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly follow: boolean;
  /** Each entry is preceded by its time, 30 characters and a space. */
  readonly timestamps: boolean;
  /** Inclusive, `seconds.nanoseconds`. */
  readonly since?: string;
  /** How many of the newest entries to begin with; all when absent. */
  readonly tail?: number;
}

/** Nothing is called before `DockerEngine.readLog` has returned. */
export interface LogListener {
  /** The engine has accepted the request: its log follows. */
  onOpen(): void;
  /** The next bytes of the log. They are valid during the call alone: their memory is used again. */
  onChunk(bytes: Buffer): void;
  /** Called exactly once, last; `error` is undefined when the log has ended in good order or `close()` was called. */
  onEnd(error?: EngineError): void;
}

export interface LogReading {
  /**
   * Reads nothing more from the engine, which then waits; what has been read by then is still delivered, before the code
   * that runs now has ended. Before `onOpen` it takes effect with that.
   */
  pause(): void;
  resume(): void;
  close(): void;
}

/** What Wharf needs of a container engine. Calls fail with an `EngineError`; none retries: see `followContainers`. */
export interface DockerEngine {
  /** The engine in words for logs and messages: `unix:///var/run/docker.sock`. */
  readonly description: string;
  version(): Promise<EngineVersion>;
  /** IDs of all containers, also of those that do not run. */
  list(): Promise<readonly string[]>;
  /** Undefined when there is no such container (any more). */
  inspect(id: string): Promise<Container | undefined>;
  events(listener: EventListener): EventStream;
  /** The raw bytes of a log: frames (see `createLogDemultiplexer`), or plain bytes for a container with a TTY. */
  readLog(id: string, request: LogRequest, listener: LogListener): LogReading;
  /** Ends everything that is open. */
  close(): void;
}

/**
 * - `unavailable`: the engine does not answer: try again.
 * - `not-found`: no such container (any more).
 * - `unsupported`: the engine cannot do this for this container (log driver `none`: 501).
 * - `refused`: the engine refuses these credentials or this client.
 * - `failed`: the engine answered this one request with an error; others may succeed.
 * - `misconfigured`: the address or the certificates given are unusable: nothing was tried.
 */
export type EngineErrorCode = 'unavailable' | 'not-found' | 'unsupported' | 'refused' | 'failed' | 'misconfigured';

/** Why an engine cannot be used or a request failed; the message says what, where and what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether an inspection failed for this one container, so that the engine may answer for the others. */
export function concernsOneContainer(error: unknown): error is EngineError {
  return error instanceof EngineError && (error.code === 'failed' || error.code === 'unsupported');
}
