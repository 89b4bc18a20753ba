import type { Writable } from 'node:stream';
import type { Clock, Logger } from '@wharf/agent';
import type { Container, DockerEngine } from '@wharf/docker-watcher';
import type { LogShipperConfig } from '../config.ts';
import { firstSince } from '../containers/first-since.ts';
import { createResumePoint, type ResumePoint } from '../lines/resume-point.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { createEncoder } from '../routes/create-encoder.ts';
import { matchesFilter } from '../routes/matches-filter.ts';
import type { Route } from '../routes/route.ts';
import { type ContainerReader, type ReaderContext, startContainerReader } from './container-reader.ts';
import { createTransport } from './create-transport.ts';
import type { Lookup } from './lookup.ts';
import type { RouteMeter } from './route-meter.ts';

/** What a pipeline needs of the world. */
export interface PipelineContext {
  readonly engine: Pick<DockerEngine, 'logs' | 'inspect'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: RouteMeter;
  readonly lookup: Lookup;
  readonly output: Writable;
  /** Stands for every container's own host name; empty for none. */
  readonly syslogHostname: string;
}

/** One route at work: its own readers, queue and transport, so that nothing of it can hold up another route. */
export interface RoutePipeline {
  readonly route: Route;
  start(): void;
  /**
   * A container that may be shipped, as it is now.
   * @param fromNano where its log begins when nothing of it has been taken: nanoseconds since 1970; undefined for all
   */
  consider(container: Container, fromNano: bigint | undefined): void;
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
}

export function createRoutePipeline(route: Route, config: LogShipperConfig, context: PipelineContext): RoutePipeline {
  const { clock, random, meter, syslogHostname } = context;
  const { destination, filter, uri } = route;
  const log = context.log.child({ component: 'route', route: uri });
  const queue = createMessageQueue(config.queue);
  const transport = createTransport(
    destination,
    { tcpResendMs: config.tcpResendMs, output: context.output },
    { queue, clock, random, log, meter, lookup: context.lookup },
  );
  const encoding = { ...config, syslogHostname, onCut: () => meter.cut() };
  const readerContext: ReaderContext = {
    engine: context.engine,
    clock,
    random,
    log,
    queue,
    meter,
    encoderFor: (container) => createEncoder(destination, container, encoding),
  };
  const attachments = new Map<string, Attachment>();

  const countReaders = (): number => [...attachments.values()].filter(({ reader }) => reader !== undefined).length;

  const read = (container: Container, attachment: Attachment): void => {
    attachment.reader = startContainerReader(
      {
        container,
        sources: filter.sources,
        resume: attachment.resume,
        onFinish(startedAt) {
          attachment.reader = undefined;
          attachment.finishedRun = startedAt;
          if (attachment.isRemoved) attachments.delete(container.id);
          meter.attached(countReaders());
        },
      },
      readerContext,
    );
    meter.attached(countReaders());
  };

  const attach = (container: Container, fromNano: bigint | undefined): void => {
    if (!matchesFilter(filter, container)) return;
    const first = firstSince(container.state, fromNano);
    if (first === undefined) return;
    const resume = createResumePoint(first.since);
    const attachment = { resume, reader: undefined, finishedRun: undefined, isRemoved: false };
    attachments.set(container.id, attachment);
    read(container, attachment);
  };

  return {
    route,
    start: () => transport.start(),
    consider(container, fromNano) {
      const attachment = attachments.get(container.id);
      if (attachment === undefined) attach(container, fromNano);
      else if (attachment.reader !== undefined) attachment.reader.update(container);
      else if (attachment.finishedRun !== container.state.startedAt) read(container, attachment);
    },
    forget(id) {
      const attachment = attachments.get(id);
      if (attachment === undefined) return;
      attachment.isRemoved = true;
      if (attachment.reader === undefined) attachments.delete(id);
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
      await Promise.all([...attachments.values()].map(async ({ reader }) => reader?.stop()));
      await transport.stop(giveUp);
      if (queue.messages === 0) return;
      log.warn({ messages: queue.messages }, 'stopped before everything was sent');
      meter.dropped('stopped', queue.messages);
    },
  };
}
