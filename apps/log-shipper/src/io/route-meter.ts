import type { Metrics } from '@wharf/agent';
import type { metrics } from '../metrics.ts';
import type { PipeCounts } from '../pipe/line-pipe.ts';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { DropReason } from '../stages/stage-link.ts';

/** The metrics of one route; called once a batch, not once a line, where lines come in batches. */
export interface RouteMeter {
  piped(counts: PipeCounts): void;
  sent(messages: number, bytes: number): void;
  dropped(reason: 'too-long' | 'refused' | 'stopped' | 'spool-full' | 'spool-damaged', messages: number): void;
  /** The receiver had so many messages already. */
  duplicates(messages: number): void;
  /** Lines that a stage has left out on purpose. */
  suppressed(reason: DropReason, lines: number): void;
  cut(): void;
  /** A template had no value for a line, or for all lines of a container. */
  templateFailed(): void;
  connected(isConnected: boolean): void;
  /** So many messages will be sent again, though no connection was lost. */
  resent(messages: number): void;
  /** A connection was lost, and so many messages will be sent again. */
  lost(resent: number): void;
  /** A connection was left for another, and so many messages will be sent again. */
  moved(resent: number): void;
  queue(queue: Pick<MessageQueue, 'messages' | 'bytes'>): void;
  queueFull(): void;
  /** What the route's spool takes of the disk. */
  spool(bytes: number): void;
  attached(containers: number): void;
  /** Seconds that the oldest line of each container has waited, by name; all that wait. */
  lags(seconds: ReadonlyMap<string, number>): void;
  reopened(): void;
  /** Lines of a container may be lost. */
  gap(): void;
}

/** Nothing of a route that has been removed shall be shown any more. */
export async function forgetRouteMetrics(all: Metrics<typeof metrics>, route: string): Promise<void> {
  for (const metric of Object.values(all)) {
    const { values } = await metric.get();
    for (const { labels } of values) if (labels['route'] === route) metric.remove(labels);
  }
}

export function createRouteMeter(all: Metrics<typeof metrics>, route: string): RouteMeter {
  const labels = { route };
  all.connected.set(labels, 0);
  all.containersAttached.set(labels, 0);
  let lagging: readonly string[] = [];
  return {
    piped({ lines, bytes, split, repeated, malformed }) {
      if (lines > 0) all.linesRead.inc(labels, lines);
      if (bytes > 0) all.bytesRead.inc(labels, bytes);
      if (split > 0) all.linesSplit.inc(labels, split);
      if (repeated > 0) all.entriesRepeated.inc(labels, repeated);
      if (malformed > 0) all.entriesMalformed.inc(labels, malformed);
    },
    sent(messages, bytes) {
      all.messagesSent.inc(labels, messages);
      all.bytesSent.inc(labels, bytes);
    },
    dropped: (reason, messages) => all.messagesDropped.inc({ route, reason }, messages),
    duplicates: (messages) => all.messagesDuplicate.inc(labels, messages),
    suppressed: (reason, lines) => all.linesSuppressed.inc({ route, reason }, lines),
    cut: () => all.messagesCut.inc(labels),
    templateFailed: () => all.templateFailures.inc(labels),
    connected: (isConnected) => all.connected.set(labels, isConnected ? 1 : 0),
    resent: (messages) => all.messagesResent.inc(labels, messages),
    lost(resent) {
      all.connectionsLost.inc(labels);
      all.messagesResent.inc(labels, resent);
    },
    moved(resent) {
      all.connectionsMoved.inc(labels);
      all.messagesResent.inc(labels, resent);
    },
    queue({ messages, bytes }) {
      all.queueMessages.set(labels, messages);
      all.queueBytes.set(labels, bytes);
    },
    spool: (bytes) => all.spoolBytes.set(labels, bytes),
    queueFull: () => all.queueFull.inc(labels),
    attached: (containers) => all.containersAttached.set(labels, containers),
    lags(seconds) {
      for (const container of lagging) if (!seconds.has(container)) all.containerLag.remove({ route, container });
      for (const [container, value] of seconds) all.containerLag.set({ route, container }, value);
      lagging = [...seconds.keys()];
    },
    reopened: () => all.streamsReopened.inc(labels),
    gap: () => all.logGaps.inc(labels),
  };
}
