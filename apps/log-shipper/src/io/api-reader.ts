import { type DockerEngine, EngineError } from '@wharf/docker-watcher';
import { createPieceParser } from '../lines/piece-parser.ts';
import type { LogReader, ReadingEnd } from '../sources/log-source.ts';

/** Reads logs through the engine's API. */
export function createApiReader(engine: Pick<DockerEngine, 'readLog'>): LogReader {
  return {
    maySkip: true,
    open(container, { sources, since, tail, follow }, listener) {
      let isOver = false;
      const finish = (end: ReadingEnd): void => {
        if (isOver) return;
        isOver = true;
        reading.close();
        listener.onEnd(end);
      };
      const parser = createPieceParser(
        {
          onPiece(piece) {
            if (!isOver) listener.onPiece(piece);
          },
          onMalformed() {
            if (!isOver) listener.onMalformed();
          },
          onFault: (reason) => finish({ kind: 'broken', reason }),
        },
        container.tty,
      );
      const request = {
        stdout: sources.has('stdout'),
        stderr: sources.has('stderr'),
        follow,
        timestamps: true,
        ...(since === undefined ? {} : { since }),
        ...(tail === undefined ? {} : { tail }),
      };
      const reading = engine.readLog(container.id, request, {
        onOpen: () => listener.onOpen(false),
        onChunk(bytes) {
          parser.push(bytes);
          if (!isOver) listener.onPause();
        },
        onEnd(error) {
          if (isOver) return;
          if (error === undefined) {
            parser.end();
            listener.onPause();
          }
          finish(error === undefined ? { kind: 'closed' } : toReadingEnd(error));
        },
      });
      return {
        pause: () => reading.pause(),
        resume: () => reading.resume(),
        close() {
          isOver = true;
          reading.close();
        },
      };
    },
  };
}

function toReadingEnd(error: Error): ReadingEnd {
  const isFinal = error instanceof EngineError && (error.code === 'not-found' || error.code === 'unsupported');
  return { kind: isFinal ? 'unreadable' : 'broken', reason: error.message };
}
