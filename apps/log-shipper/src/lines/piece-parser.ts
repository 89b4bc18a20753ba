import { createLogDemultiplexer, parseLogEntry } from '@wharf/docker-watcher';
import { fingerprint } from './fingerprint.ts';
import type { LogPiece } from './log-line.ts';
import { joinTerminalPieces } from './terminal-pieces.ts';
import { normalTimestamp } from './timestamp.ts';

export interface PieceListener {
  onPiece(piece: LogPiece): void;
  /** An entry without the time that was asked for. */
  onMalformed(): void;
  /** Nothing more can be had from this stream: what the engine says of the log, or what is wrong with its bytes. */
  onFault(message: string): void;
}

/** From the bytes of a log stream with timestamps to pieces; `end` is for a stream that has ended by itself. */
export interface PieceParser {
  push(chunk: Buffer): void;
  end(): void;
}

export function createPieceParser(listener: PieceListener, tty: boolean): PieceParser {
  return createLogDemultiplexer(
    {
      onFrame(stream, bytes, droppedBytes) {
        if (stream === 'system') {
          listener.onFault(bytes.toString('utf8').trim());
          return;
        }
        const entry = parseLogEntry(bytes);
        const timestamp = normalTimestamp(entry.timestamp);
        if (timestamp === undefined) {
          listener.onMalformed();
          return;
        }
        const text = tty ? joinTerminalPieces(entry.timestamp, entry.text) : entry.text;
        // What was dropped held the line's end.
        const partial = entry.partial && droppedBytes === 0;
        const print = fingerprint(stream, partial, text);
        listener.onPiece({ source: stream, timestamp, bytes: text, partial, print });
      },
      onCorrupt: (message) => listener.onFault(message),
    },
    { tty },
  );
}
