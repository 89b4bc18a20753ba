import type { Clock, Logger } from '@wharf/agent';
import type { Container, DockerEngine } from '@wharf/docker-watcher';
import type { LogShipperConfig } from '../config.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { ResumePoint } from '../lines/resume-point.ts';
import { createLinePipe } from '../pipe/line-pipe.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { createSlots } from '../queue/slots.ts';
import { matchesFilter } from '../routes/matches-filter.ts';
import type { Route } from '../routes/route.ts';
import type { LogReader } from '../sources/log-source.ts';
import { createStages } from '../stages/create-stages.ts';
import type { StageSettings } from '../stages/stage-settings.ts';
import { type ContainerReader, type ReaderContext, startContainerReader } from './container-reader.ts';
import { joinTroubles } from './join-troubles.ts';
import type { Lookup } from './lookup.ts';
import { type ContainerOrigin, createRouteAttachments } from './route-attachments.ts';
import type { PipelineEnd } from './route-end.ts';
import type { RouteMeter } from './route-meter.ts';
import type { RouteStorage } from './route-storage.ts';

/** What a pipeline needs of the world. */
export interface PipelineContext {
  readonly engine: Pick<DockerEngine, 'inspect'>;
  /** Where a container's log is read at present. */
  readonly chooseReader: (container: Container) => Promise<LogReader>;
  /** Belongs to the pipeline from now on. */
  readonly storage: RouteStorage;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: RouteMeter;
  readonly lookup: Lookup;
}

/** Which lines a pipeline takes; `uri` is what it is called. */
export type PipelineSubject = Pick<Route, 'uri' | 'filter'>;

/** What of the shipper's configuration a pipeline looks at. */
export type PipelineConfig = Pick<LogShipperConfig, 'queue' | 'inactivityMs' | 'backlog' | 'tail'>;

/** One route at work: its own readers, queue and transport, so that nothing of it can hold up another route. */
export interface RoutePipeline {
  readonly uri: string;
  start(): void;
  /** A container that may be shipped, as it is now. */
  consider(container: Container, origin: ContainerOrigin): void;
  /** The container is no more: what is left of its log is read, then it is forgotten. */
  forget(id: string): void;
  isAttached(id: string): boolean;
  /** Whether every container is considered soon after its start; not so until it is said. */
  follow(isFollowing: boolean): void;
  /** Why its lines do not arrive, or are not kept; undefined when all is well. */
  readonly trouble: string | undefined;
  debug(): unknown;
  /** Of other containers nothing needs to be known any more. */
  retain(ids: ReadonlySet<string>): void;
  /** Stops reading, sends what is queued until `giveUp` aborts. */
  stop(giveUp: AbortSignal): Promise<void>;
  /** After `stop`: the route will not come again, and nothing of it is kept on disk. */
  discard(): Promise<void>;
}

/** How often checkpoints are written, in milliseconds: so much is sent again after a kill -9. */
const CHECKPOINT_MS = 1_000;
/** How many logs of containers that do not run are open at a time: a socket or a file each, and memory of the engine. */
const ENDED_READINGS = 64;
/** A queue that is full for so many of these times is trouble. */
const FULL_TICKS = 10;

export function createRoutePipeline(
  { uri, filter }: PipelineSubject,
  end: PipelineEnd,
  stages: StageSettings,
  config: PipelineConfig,
  context: PipelineContext,
): RoutePipeline {
  const { engine, clock, random, meter, storage } = context;
  const { queue, checkpoints } = storage;
  const log = context.log.child({ component: 'route', route: uri });
  const transport = end.createTransport({ queue, clock, random, log, meter, lookup: context.lookup });
  const builder = new MessageBuilder();
  const { inactivityMs } = config;
  const endedSlots = createSlots(ENDED_READINGS);
  const readerContext: ReaderContext = { engine, clock, random, log, queue, meter, endedSlots, inactivityMs };

  const startReader = (
    container: Container,
    resume: ResumePoint,
    tail: number | undefined,
    onFinish: (startedAt: string) => void,
  ): ContainerReader => {
    let encode: LineEncoder = end.createEncoder(container);
    const pipe = createLinePipe({
      resume,
      builder,
      createStages: (sink) => createStages(stages, container, sink, (reason, lines) => meter.suppressed(reason, lines)),
      encode: (line, out) => encode(line, out),
      push: (batch) => queue.push(batch),
      onGap(lastKnown, first) {
        meter.gap();
        log.warn(
          { container: container.name, lastKnown, first },
          'lines of a container may be lost: its log no longer has what was read of it last',
        );
      },
    });
    const onUpdate = (next: Container): void => {
      encode = end.createEncoder(next);
    };
    const { chooseReader } = context;
    const subject = { container, sources: filter.sources, chooseReader, resume, pipe, tail, onUpdate, onFinish };
    return startContainerReader(subject, readerContext);
  };
  const attachments = createRouteAttachments({
    checkpoints,
    clock,
    backlog: config.backlog,
    tail: config.tail,
    startReader,
    onCount: (readers) => meter.attached(readers),
  });

  /** How often in a row the queue was full when checkpoints were written: a burst fills it for a moment. */
  let fullTicks = 0;
  const troubles = (): string | undefined => {
    const others = joinTroubles(transport.trouble, storage.trouble);
    if (others !== undefined || fullTicks < FULL_TICKS) return others;
    return 'the queue stays full: the receiver takes less than comes';
  };
  let cancelSave: (() => void) | undefined;
  const scheduleSave = (): void => {
    const saveAndGoOn = async (): Promise<void> => {
      meter.lags(attachments.lags());
      fullTicks = queue.isFull ? fullTicks + 1 : 0;
      if (storage.diskBytes !== undefined) meter.spool(storage.diskBytes);
      await attachments.save();
      if (cancelSave !== undefined) scheduleSave();
    };
    cancelSave = clock.schedule(CHECKPOINT_MS, () => void saveAndGoOn());
  };

  return {
    uri,
    start() {
      attachments.begin();
      transport.start();
      scheduleSave();
    },
    consider(container, origin) {
      if (matchesFilter(filter, container)) attachments.consider(container, origin);
    },
    forget: (id) => attachments.forget(id),
    retain(ids) {
      checkpoints.retain(ids);
    },
    isAttached: (id) => attachments.isAttached(id),
    follow: (isFollowing) => attachments.follow(isFollowing),
    get trouble() {
      return troubles();
    },
    debug: () => ({
      route: uri,
      trouble: troubles() ?? null,
      peer: transport.peer ?? null,
      queue: { messages: queue.messages, bytes: queue.bytes, isFull: queue.isFull },
      spoolBytes: storage.diskBytes ?? null,
      containersAttached: attachments.reading,
      containersKnown: attachments.known,
      lagSeconds: Object.fromEntries(attachments.lags()),
    }),
    async stop(giveUp) {
      cancelSave?.();
      cancelSave = undefined;
      await attachments.stop(!checkpoints.isLasting);
      await transport.stop(giveUp);
      await storage.closeQueue();
      await attachments.save();
      const { isLasting } = checkpoints;
      await checkpoints.close();
      if (queue.messages === 0 || isLasting) return;
      log.warn({ messages: queue.messages }, 'stopped before everything was sent');
      meter.dropped('stopped', queue.messages);
    },
    discard: () => storage.discard(),
  };
}
