import type { Writable } from 'node:stream';
import type { Clock, Logger } from '@wharf/agent';
import type { Container, DockerEngine } from '@wharf/docker-watcher';
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts';
import type { LogShipperConfig } from '../config.ts';
import { firstSince } from '../containers/first-since.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createResumePoint, type ResumePoint } from '../lines/resume-point.ts';
import { createLinePipe } from '../pipe/line-pipe.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { createEncoder } from '../routes/create-encoder.ts';
import { matchesFilter } from '../routes/matches-filter.ts';
import type { Route } from '../routes/route.ts';
import type { LogReader } from '../sources/log-source.ts';
import { passThrough } from '../stages/pass-through.ts';
import { type ContainerReader, type ReaderContext, startContainerReader } from './container-reader.ts';
import { createTransport } from './create-transport.ts';
import type { Lookup } from './lookup.ts';
import type { RouteMeter } from './route-meter.ts';

/** What a pipeline needs of the world. */
export interface PipelineContext {
  readonly engine: Pick<DockerEngine, 'inspect'>;
  /** Where a container's log is read. */
  readonly readerFor: (container: Container) => LogReader;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: RouteMeter;
  readonly lookup: Lookup;
  readonly output: Writable;
  /** Stands for every container's own host name; empty for none. */
  readonly syslogHostname: string;
}

/** Where a container's log begins when nothing of it has been taken. */
export interface ContainerStart {
  /** Nanoseconds since 1970; undefined for all of it. */
  readonly fromNano: bigint | undefined;
  /** So many of the newest entries; undefined for all. */
  readonly tail: number | undefined;
}

/** One route at work: its own readers, queue and transport, so that nothing of it can hold up another route. */
export interface RoutePipeline {
  readonly route: Route;
  start(): void;
  /** A container that may be shipped, as it is now. */
  consider(container: Container, start: ContainerStart): void;
  /** The container is no more: what is left of its log is read, then it is forgotten. */
  forget(id: string): void;
  isAttached(id: string): boolean;
  /** Why its lines do not arrive; undefined when they do. */
  readonly trouble: string | undefined;
  debug(): unknown;
  /** Stops reading, sends what is queued until `giveUp` aborts. */
  stop(giveUp: AbortSignal): Promise<void>;
}

/** What is known of a container, from its first line until it is removed. */
interface Attachment {
  readonly resume: ResumePoint;
  reader: ContainerReader | undefined;
  /** Of the run that has been read to its end. */
  finishedRun: string | undefined;
  isRemoved: boolean;
  /** Of the resume point whose checkpoint was put last. */
  savedVersion: number;
}

/** How often checkpoints are written, in milliseconds: so much is sent again after a kill -9. */
const CHECKPOINT_MS = 1_000;

export function createRoutePipeline(route: Route, config: LogShipperConfig, context: PipelineContext): RoutePipeline {
  const { clock, random, meter, syslogHostname, checkpoints } = context;
  const { destination, filter, uri } = route;
  const log = context.log.child({ component: 'route', route: uri });
  const queue = createMessageQueue(config.queue);
  const transport = createTransport(
    destination,
    { tcpResendMs: config.tcpResendMs, output: context.output },
    { queue, clock, random, log, meter, lookup: context.lookup },
  );
  const encoding = { ...config, syslogHostname, onCut: () => meter.cut() };
  const builder = new MessageBuilder();
  const { engine } = context;
  const readerContext: ReaderContext = { engine, clock, random, log, queue, meter, inactivityMs: config.inactivityMs };
  const attachments = new Map<string, Attachment>();
  const countReaders = (): number => [...attachments.values()].filter(({ reader }) => reader !== undefined).length;
  let cancelCheckpoint: (() => void) | undefined;

  const read = (container: Container, attachment: Attachment, tail: number | undefined): void => {
    const { resume } = attachment;
    let encode: LineEncoder = createEncoder(destination, container, encoding);
    const pipe = createLinePipe({
      resume,
      builder,
      createStages: passThrough,
      encode: (line, out) => encode(line, out),
      push: (batch) => queue.push(batch),
    });
    attachment.reader = startContainerReader(
      {
        container,
        sources: filter.sources,
        reader: context.readerFor(container),
        resume,
        pipe,
        tail,
        onUpdate(next) {
          encode = createEncoder(destination, next, encoding);
        },
        onFinish(startedAt) {
          attachment.reader = undefined;
          attachment.finishedRun = startedAt;
          meter.attached(countReaders());
        },
      },
      readerContext,
    );
    meter.attached(countReaders());
  };

  const attach = (container: Container, start: ContainerStart): void => {
    if (!matchesFilter(filter, container)) return;
    const known = checkpoints.get(container.id);
    const first = known ?? firstSince(container.state, start.fromNano ?? undefined);
    if (first === undefined) return;
    const resume = createResumePoint(known ?? { since: first.since, known: [] });
    const attachment = { resume, reader: undefined, finishedRun: undefined, isRemoved: false, savedVersion: -1 };
    attachments.set(container.id, attachment);
    read(container, attachment, known === undefined ? start.tail : undefined);
  };

  /** Puts what has changed; a container that is removed is forgotten when everything of it is safe. */
  const saveCheckpoints = async (): Promise<void> => {
    for (const [id, attachment] of attachments) {
      const { resume, reader, isRemoved } = attachment;
      if (isRemoved && reader === undefined && resume.oldestUnsafe === undefined) {
        attachments.delete(id);
        checkpoints.remove(id);
      } else if (resume.version !== attachment.savedVersion) {
        attachment.savedVersion = resume.version;
        checkpoints.put(id, resume.checkpoint());
      }
    }
    await checkpoints.flush(BigInt(Math.floor(clock.wallMs())) * 1_000_000n);
  };
  const scheduleCheckpoints = (): void => {
    const saveAndGoOn = async (): Promise<void> => {
      await saveCheckpoints();
      if (cancelCheckpoint !== undefined) scheduleCheckpoints();
    };
    cancelCheckpoint = clock.schedule(CHECKPOINT_MS, () => void saveAndGoOn());
  };

  return {
    route,
    start() {
      transport.start();
      scheduleCheckpoints();
    },
    consider(container, start) {
      const attachment = attachments.get(container.id);
      if (attachment === undefined) attach(container, start);
      else if (attachment.reader !== undefined) attachment.reader.update(container);
      else if (attachment.finishedRun !== container.state.startedAt) read(container, attachment, undefined);
    },
    forget(id) {
      const attachment = attachments.get(id);
      if (attachment === undefined) return;
      attachment.isRemoved = true;
      attachment.reader?.keepOpen();
    },
    isAttached: (id) => attachments.get(id)?.reader !== undefined,
    get trouble() {
      return transport.trouble;
    },
    debug: () => ({
      route: uri,
      trouble: transport.trouble ?? null,
      peer: transport.peer ?? null,
      queue: { messages: queue.messages, bytes: queue.bytes, isFull: queue.isFull },
      containersAttached: countReaders(),
      containersKnown: attachments.size,
    }),
    async stop(giveUp) {
      cancelCheckpoint?.();
      cancelCheckpoint = undefined;
      await Promise.all([...attachments.values()].map(async ({ reader }) => reader?.stop(!checkpoints.isLasting)));
      await transport.stop(giveUp);
      await saveCheckpoints();
      await checkpoints.close();
      if (queue.messages === 0 || checkpoints.isLasting) return;
      log.warn({ messages: queue.messages }, 'stopped before everything was sent');
      meter.dropped('stopped', queue.messages);
    },
  };
}
