import { join } from 'node:path';
import { systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import type { LogReader } from '../../sources/log-source.ts';
import { createLogFolder, logEntry } from '../../testing/log-folder.ts';
import { recordReading } from '../../testing/record-reading.ts';
import { sampleContainer } from '../../testing/sample-container.ts';
import { createBufferPool } from './buffer-pool.ts';
import { CHUNK_BYTES, ENTRY_LIMIT_BYTES } from './entry-reader.ts';
import { startFileReading } from './file-reading.ts';

describe('startFileReading', () => {
  it('finds by looking what a file system does not tell of: more lines, a newer file, the removal', async () => {
    const logs = createLogFolder();
    let look = (): void => undefined;
    let looking = 0;
    const context = {
      folder: join(logs.root, logs.id),
      id: logs.id,
      clock: systemClock,
      watch: {
        watchFolder: () => () => undefined,
        poll(given: () => void) {
          look = given;
          looking++;
          return () => looking--;
        },
      },
      buffers: createBufferPool(1, ENTRY_LIMIT_BYTES),
      tailBuffer: Buffer.alloc(CHUNK_BYTES),
    };
    const reader: LogReader = {
      maySkip: false,
      open: (_container, start, listener) => startFileReading(start, listener, context),
    };
    const recorded = recordReading(reader, sampleContainer());
    const came = (texts: readonly string[]): Promise<void> =>
      eventually('the pieces', () => {
        look();
        expect(recorded.texts).toEqual(texts);
      });
    try {
      logs.write(logEntry(1, 'one\n'));
      await came(['one']);
      logs.write(logEntry(2, 'two\n'));
      await came(['one', 'two']);
      logs.rotate();
      logs.write(logEntry(3, 'three\n'));
      await came(['one', 'two', 'three']);
      logs.removeContainer();
      await eventually('the end', () => {
        look();
        expect([recorded.end, looking]).toEqual([{ kind: 'closed' }, 0]);
      });
    } finally {
      recorded.reading.close();
      logs.remove();
    }
  });
});
