import type { QueueLimits } from '../queue/message-queue.ts';

/** How a spool divides what it may use. */
export interface SpoolPlan {
  /** A segment that is so long gets no more records. */
  readonly segmentBytes: number;
  /** Messages of at most about so many bytes are held in memory because they come next. */
  readonly aheadBytes: number;
  readonly aheadMessages: number;
  /** So many bytes, or messages, wait in memory to be written together before it is done at once. */
  readonly groupBytes: number;
  readonly groupMessages: number;
}

const MEBIBYTE = 1_048_576;
const LARGEST_SEGMENT = 8 * MEBIBYTE;
const GROUP = MEBIBYTE;
/** Whole segments are given back, so that many of them must fit. */
const SEGMENTS = 16;

/**
 * @param sizeBytes what the spool may take of the disk
 * @param memory what each of its two buffers may hold in memory
 */
export function planSpool(sizeBytes: number, memory: QueueLimits): SpoolPlan {
  const segmentBytes = Math.min(LARGEST_SEGMENT, Math.ceil(sizeBytes / SEGMENTS));
  return {
    segmentBytes,
    // What is held in memory also keeps its segments: most of a spool that is full must be free to be dropped.
    aheadBytes: Math.min(memory.bytes, Math.ceil(sizeBytes / 4)),
    aheadMessages: memory.messages,
    groupBytes: Math.min(GROUP, segmentBytes, memory.bytes),
    groupMessages: Math.ceil(memory.messages / 2),
  };
}
