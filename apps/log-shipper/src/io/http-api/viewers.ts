import { type Clock, type Logger, sleep } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { View } from '../../http-api/parse-view.ts';
import { createJsonViewEncoder, createTextEncoder } from '../../http-api/view-encoders.ts';
import type { LineEncoder } from '../../lines/line-encoder.ts';
import type { PipelineSet } from '../pipeline-set.ts';
import type { PipelineEnd } from '../route-end.ts';
import type { PipelineConfig, PipelineSubject, RoutePipeline } from '../route-pipeline.ts';
import type { ViewerPeer } from './viewer-peer.ts';
import { createViewerTransport } from './viewer-transport.ts';

/** How many may look at logs at the same time: each one reads every container's log by itself. */
export const VIEWER_LIMIT = 32;

export type ViewFormat = 'text' | 'json';

/** Those who look at logs over HTTP, each with a pipeline of its own, so that a slow one holds up nobody else. */
export interface Viewers {
  /** There is no room for another one. */
  readonly isFull: boolean;
  /** Who is looking, for people. */
  debug(): unknown;
  /** Sends the peer what containers print from now on, and lets go of everything when it is gone. */
  add(view: View, format: ViewFormat, peer: ViewerPeer): void;
  /** Ends all of them; resolves when nothing of them is left. */
  close(): Promise<void>;
}

export interface ViewersContext {
  readonly pipelines: PipelineSet;
  readonly createPipeline: (subject: PipelineSubject, end: PipelineEnd, config: ViewConfig) => RoutePipeline;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onCount: (viewers: number) => void;
  readonly onSent: (messages: number) => void;
}

/** What a view has otherwise than a route. */
export type ViewConfig = Pick<PipelineConfig, 'queue' | 'backlog' | 'tail'>;

/** What waits for one viewer. */
const queue = { messages: 1_024, bytes: 256 * 1024 };
/** How long those who still have something to read may take at the end. */
const CLOSE_MS = 1_000;

export function createViewers(context: ViewersContext): Viewers {
  const { pipelines, createPipeline, clock, log, onCount, onSent } = context;
  /** Until all that they held has been let go. */
  const present = new Map<ViewerPeer, Promise<void>>();
  const givenUp = AbortSignal.abort();

  const serve = async (pipeline: RoutePipeline, peer: ViewerPeer): Promise<void> => {
    if (!peer.gone.aborted) {
      pipelines.add(pipeline);
      await new Promise<void>((resolve) => peer.gone.addEventListener('abort', () => resolve(), { once: true }));
      await pipelines.remove(pipeline, givenUp);
    }
    present.delete(peer);
    onCount(present.size);
    log.debug({ viewer: peer.address }, 'a viewer has gone');
  };

  return {
    get isFull() {
      return present.size >= VIEWER_LIMIT;
    },
    add({ filter, colors, tail }, format, peer) {
      const createEncoder = (container: Container): LineEncoder =>
        format === 'json' ? createJsonViewEncoder(container) : createTextEncoder(container.name, colors);
      const pipeline = createPipeline(
        { uri: `viewer ${peer.address}`, filter },
        { createEncoder, createTransport: (transport) => createViewerTransport(peer, transport, onSent) },
        { queue, backlog: tail !== 0, tail },
      );
      present.set(peer, serve(pipeline, peer));
      onCount(present.size);
      log.debug({ viewer: peer.address }, 'a viewer has come');
    },
    debug: () => pipelines.all.map((pipeline) => pipeline.debug()),
    async close() {
      for (const peer of present.keys()) peer.end();
      const over = new AbortController();
      const cut = async (): Promise<void> => {
        await sleep(clock, CLOSE_MS, over.signal);
        for (const peer of present.keys()) peer.destroy();
      };
      const cutting = cut();
      await Promise.all(present.values());
      over.abort();
      await cutting;
    },
  };
}
