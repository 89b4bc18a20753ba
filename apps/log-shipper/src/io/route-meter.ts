import type { Metrics } from '@wharf/agent';
import type { metrics } from '../metrics.ts';
import type { MessageQueue } from '../queue/message-queue.ts';

/** The metrics of one route; called once a batch, not once a line, where lines come in batches. */
export interface RouteMeter {
  read(lines: number, bytes: number): void;
  sent(messages: number, bytes: number): void;
  dropped(reason: 'too-long' | 'stopped', messages: number): void;
  cut(): void;
  split(): void;
  connected(isConnected: boolean): void;
  /** A connection was lost, and so many messages will be sent again. */
  lost(resent: number): void;
  queue(queue: Pick<MessageQueue, 'messages' | 'bytes'>): void;
  queueFull(): void;
  attached(containers: number): void;
  reopened(): void;
  repeated(entries: number): void;
  malformed(entries: number): void;
}

export function createRouteMeter(all: Metrics<typeof metrics>, route: string): RouteMeter {
  const labels = { route };
  all.connected.set(labels, 0);
  all.containersAttached.set(labels, 0);
  return {
    read(lines, bytes) {
      all.linesRead.inc(labels, lines);
      all.bytesRead.inc(labels, bytes);
    },
    sent(messages, bytes) {
      all.messagesSent.inc(labels, messages);
      all.bytesSent.inc(labels, bytes);
    },
    dropped: (reason, messages) => all.messagesDropped.inc({ route, reason }, messages),
    cut: () => all.messagesCut.inc(labels),
    split: () => all.linesSplit.inc(labels),
    connected: (isConnected) => all.connected.set(labels, isConnected ? 1 : 0),
    lost(resent) {
      all.connectionsLost.inc(labels);
      all.messagesResent.inc(labels, resent);
    },
    queue({ messages, bytes }) {
      all.queueMessages.set(labels, messages);
      all.queueBytes.set(labels, bytes);
    },
    queueFull: () => all.queueFull.inc(labels),
    attached: (containers) => all.containersAttached.set(labels, containers),
    reopened: () => all.streamsReopened.inc(labels),
    repeated: (entries) => all.entriesRepeated.inc(labels, entries),
    malformed: (entries) => all.entriesMalformed.inc(labels, entries),
  };
}
