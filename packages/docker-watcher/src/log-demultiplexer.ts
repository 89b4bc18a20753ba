/** `system` is the engine itself, about the log: that it cannot be read any further, for example. */
export type LogStream = 'stdout' | 'stderr' | 'system';

export interface LogFrameListener {
  /**
   * One stored entry of the log (with a TTY: one line). `bytes` may be a view of the chunk that was pushed: copy what is
   * to outlive a reuse of that chunk.
   * @param droppedBytes how many bytes at the end of a frame beyond the limit are missing; 0 otherwise
   */
  onFrame(stream: LogStream, bytes: Buffer, droppedBytes: number): void;
  /** These bytes are no frames: where the next one begins cannot be known. Called once; nothing follows. */
  onCorrupt(message: string): void;
}

export interface LogDemultiplexerOptions {
  /** A container with a TTY has one stream without frames: its lines, with their LF, are delivered as stdout. */
  readonly tty?: boolean;
  /** The longest frame held in memory, in bytes; the rest of a longer one is dropped. 1 MiB when absent. */
  readonly maxFrameBytes?: number;
}

export interface LogDemultiplexer {
  push(chunk: Buffer): void;
  /** The stream has ended: with a TTY, a last line without LF is delivered; half a frame is not an entry and is dropped. */
  end(): void;
}

const DEFAULT_MAX_FRAME_BYTES = 1024 * 1024;

/**
 * Splits the bytes of `DockerEngine.logs` into entries, wherever the chunks end. A frame within one chunk is not copied.
 * Source: Docker Engine API, "Attach to a container", "Stream format".
 */
export function createLogDemultiplexer(
  listener: LogFrameListener,
  options: LogDemultiplexerOptions = {},
): LogDemultiplexer {
  const maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
  return options.tty === true ? splitLines(listener, maxFrameBytes) : splitFrames(listener, maxFrameBytes);
}

const HEADER_BYTES = 8;
/** By the first byte of a header; what is written to stdin is shown on stdout. */
const STREAMS: readonly (LogStream | undefined)[] = ['stdout', 'stdout', 'stderr', 'system'];

function splitFrames(listener: LogFrameListener, maxFrameBytes: number): LogDemultiplexer {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  const assembly = createAssembly(maxFrameBytes);
  let stream: LogStream = 'stdout';
  let missingBytes = 0;
  let isCorrupt = false;

  const readHeader = (bytes: Buffer): void => {
    const found = streamOf(bytes, 0);
    if (found === undefined) {
      isCorrupt = true;
      listener.onCorrupt(`the log is no sequence of frames: there is no header that reads ${bytes.toString('hex')}`);
      return;
    }
    stream = found;
    missingBytes = lengthOf(bytes, 0);
  };

  /** Takes all frames that are whole, from `chunk` in place; the offset of the first that is not, or is none. */
  const takeWholeFrames = (chunk: Buffer, offset: number): number => {
    let start = offset;
    while (start + HEADER_BYTES <= chunk.length) {
      const found = streamOf(chunk, start);
      const length = lengthOf(chunk, start);
      const end = start + HEADER_BYTES + length;
      if (found === undefined || length > maxFrameBytes || end > chunk.length) break;
      listener.onFrame(found, chunk.subarray(start + HEADER_BYTES, end), 0);
      start = end;
    }
    return start;
  };

  /** Takes the next header or a part of it; the offset behind what was taken. */
  const takeHeader = (chunk: Buffer, offset: number): number => {
    const taken = chunk.copy(header, headerBytes, offset, offset + HEADER_BYTES - headerBytes);
    headerBytes += taken;
    if (headerBytes === HEADER_BYTES) readHeader(header);
    return offset + taken;
  };

  const takePayload = (chunk: Buffer, offset: number): number => {
    const end = Math.min(chunk.length, offset + missingBytes);
    missingBytes -= end - offset;
    if (missingBytes > 0) {
      assembly.append(chunk.subarray(offset, end));
      return end;
    }
    headerBytes = 0;
    const { bytes, droppedBytes } = assembly.finish(chunk.subarray(offset, end));
    listener.onFrame(stream, bytes, droppedBytes);
    return end;
  };

  /** A frame may be empty: it is complete as soon as its header is. */
  const canTake = (availableBytes: number): boolean =>
    !isCorrupt && (availableBytes > 0 || (headerBytes === HEADER_BYTES && missingBytes === 0));

  return {
    push(chunk) {
      let offset = 0;
      while (canTake(chunk.length - offset)) {
        if (headerBytes === 0) offset = takeWholeFrames(chunk, offset);
        if (offset < chunk.length && headerBytes < HEADER_BYTES) offset = takeHeader(chunk, offset);
        else if (headerBytes === HEADER_BYTES) offset = takePayload(chunk, offset);
      }
    },
    end() {
      assembly.clear();
    },
  };
}

/** Undefined when this is no header. */
function streamOf(bytes: Buffer, offset: number): LogStream | undefined {
  const areZero = bytes[offset + 1] === 0 && bytes[offset + 2] === 0 && bytes[offset + 3] === 0;
  return areZero ? STREAMS[bytes[offset] ?? STREAMS.length] : undefined;
}

/** How many bytes follow the header. */
function lengthOf(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset + HEADER_BYTES / 2);
}

const LF = 0x0a;

function splitLines(listener: LogFrameListener, maxFrameBytes: number): LogDemultiplexer {
  const assembly = createAssembly(maxFrameBytes);
  return {
    push(chunk) {
      let start = 0;
      for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
        const { bytes, droppedBytes } = assembly.finish(chunk.subarray(start, end + 1));
        listener.onFrame('stdout', bytes, droppedBytes);
        start = end + 1;
      }
      if (start < chunk.length) assembly.append(chunk.subarray(start));
    },
    end() {
      if (assembly.isEmpty()) return;
      const { bytes, droppedBytes } = assembly.finish(Buffer.alloc(0));
      listener.onFrame('stdout', bytes, droppedBytes);
    },
  };
}

/** A frame whose parts come in several chunks: they are copied, up to the limit, for the chunk may be reused. */
interface Assembly {
  append(part: Buffer): void;
  /** The frame that `last` completes; nothing is copied when there is no part before it. */
  finish(last: Buffer): { readonly bytes: Buffer; readonly droppedBytes: number };
  isEmpty(): boolean;
  clear(): void;
}

function createAssembly(limitBytes: number): Assembly {
  let parts: Buffer[] = [];
  let heldBytes = 0;
  let droppedBytes = 0;

  const clear = (): void => {
    parts = [];
    heldBytes = 0;
    droppedBytes = 0;
  };
  const append = (part: Buffer): void => {
    const kept = part.subarray(0, limitBytes - heldBytes);
    droppedBytes += part.length - kept.length;
    heldBytes += kept.length;
    if (kept.length > 0) parts.push(Buffer.from(kept));
  };
  return {
    append,
    finish(last) {
      if (heldBytes === 0 && last.length <= limitBytes) return { bytes: last, droppedBytes: 0 };
      append(last);
      const frame = { bytes: Buffer.concat(parts), droppedBytes };
      clear();
      return frame;
    },
    isEmpty: () => heldBytes === 0,
    clear,
  };
}
