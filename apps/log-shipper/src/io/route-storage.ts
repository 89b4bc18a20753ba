import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Logger } from '@wharf/agent';
import { type CheckpointStore, forgetfulStore } from '../checkpoints/checkpoint-store.ts';
import { routeFileName } from '../checkpoints/route-file-name.ts';
import { createMessageQueue, type MessageQueue, type QueueLimits } from '../queue/message-queue.ts';
import type { SpoolRouteSettings } from '../spool/spool-options.ts';
import { openCheckpointFile } from './checkpoint-file.ts';
import { joinTroubles } from './join-troubles.ts';
import { nextTurn } from './next-turn.ts';
import type { RouteMeter } from './route-meter.ts';
import { openSpool } from './spool/open-spool.ts';

/** Where a route keeps what it has not sent, and how far it has got. */
export interface RouteStorage {
  readonly queue: MessageQueue;
  readonly checkpoints: CheckpointStore;
  /** Of the disk that the queue takes; undefined for a queue in memory. */
  readonly diskBytes: number | undefined;
  /** Why the disk is of no use at present; undefined when all is well. */
  readonly trouble: string | undefined;
  /** Brings on disk what can be; the checkpoints stay open. No more messages may be pushed, taken or confirmed. */
  closeQueue(): Promise<void>;
  /** After `closeQueue`: the route will not come again, and nothing of it is kept. */
  discard(): Promise<void>;
}

/** Keeps everything in memory. */
export function memoryStorage(limits: QueueLimits): RouteStorage {
  return {
    queue: createMessageQueue(limits, nextTurn),
    checkpoints: forgetfulStore(),
    diskBytes: undefined,
    trouble: undefined,
    closeQueue: async () => undefined,
    discard: async () => undefined,
  };
}

export interface DiskStorageSettings {
  /** Held by this process. See `lockStateFolder`. */
  readonly stateDir: string;
  /** Names the route's files. */
  readonly uri: string;
  readonly limits: QueueLimits;
  readonly spool: SpoolRouteSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: Pick<RouteMeter, 'dropped'>;
}

/** Keeps checkpoints in the state folder and, if it is wanted, the queue in a spool there. */
export async function openDiskStorage(settings: DiskStorageSettings): Promise<RouteStorage> {
  const { stateDir, uri, limits, spool, clock, random, log, meter } = settings;
  const checkpoints = await openCheckpointFile({ folder: stateDir, route: uri, clock, log });
  const folder = join(stateDir, 'spool', routeFileName(uri));
  const { sizeBytes, whenFull, syncMs } = spool;
  const onDisk = spool.isOn
    ? await openSpool({
        folder,
        limits: { sizeBytes, whenFull, syncMs, memory: limits },
        clock,
        random,
        log,
        onDropped: (reason, { messages }) => meter.dropped(reason, messages),
      })
    : undefined;
  return {
    queue: onDisk ?? createMessageQueue(limits, nextTurn),
    checkpoints,
    get diskBytes() {
      return onDisk?.diskBytes;
    },
    get trouble() {
      return joinTroubles(
        onDisk?.trouble && `the spool: ${onDisk.trouble}`,
        checkpoints.trouble && `how far its lines have got cannot be kept: ${checkpoints.trouble}`,
      );
    },
    closeQueue: async () => await onDisk?.close(),
    async discard() {
      await checkpoints.close();
      await rm(join(stateDir, `${routeFileName(uri)}.checkpoints`), { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
