import { defineMetrics } from '@wharf/agent';

const labels = ['route'] as const;

/** What the log shipper counts; `route` is the route's URI. */
export const metrics = defineMetrics({
  linesRead: {
    type: 'counter',
    name: 'wharf_shipper_lines_read_total',
    help: 'Lines taken from containers for a route.',
    labels,
  },
  bytesRead: {
    type: 'counter',
    name: 'wharf_shipper_bytes_read_total',
    help: 'Bytes of those lines, without their ends.',
    labels,
  },
  linesSuppressed: {
    type: 'counter',
    name: 'wharf_shipper_lines_suppressed_total',
    help: 'Lines left out on purpose: excluded by a pattern, or beyond the rate limit (rate-limited).',
    labels: ['route', 'reason'],
  },
  messagesSent: {
    type: 'counter',
    name: 'wharf_shipper_messages_sent_total',
    help: 'Messages handed to the kernel, those sent again included.',
    labels,
  },
  bytesSent: {
    type: 'counter',
    name: 'wharf_shipper_bytes_sent_total',
    help: 'Bytes of those messages, with header and framing.',
    labels,
  },
  messagesResent: {
    type: 'counter',
    name: 'wharf_shipper_messages_resent_total',
    help: 'Messages that were sent again because a connection was lost, or a datagram refused, shortly after they had been written.',
    labels,
  },
  messagesDropped: {
    type: 'counter',
    name: 'wharf_shipper_messages_dropped_total',
    help: 'Messages given up: too-long for the network, refused by the receiver, pushed out of a full spool (spool-full) or unreadable there (spool-damaged), or still queued when the shipper had to stop (stopped).',
    labels: ['route', 'reason'],
  },
  messagesDuplicate: {
    type: 'counter',
    name: 'wharf_shipper_messages_duplicate_total',
    help: 'Messages that the receiver said it had already.',
    labels,
  },
  messagesCut: {
    type: 'counter',
    name: 'wharf_shipper_messages_cut_total',
    help: 'Messages cut: at the 65,507 bytes that a datagram holds, or over RELP because the receiver ends every session at a longer one.',
    labels,
  },
  templateFailures: {
    type: 'counter',
    name: 'wharf_shipper_template_failures_total',
    help: 'How often a template had no value that fits, for a line or for all lines of a container, and its default stood in.',
    labels,
  },
  linesSplit: {
    type: 'counter',
    name: 'wharf_shipper_lines_split_total',
    help: 'Lines over 1 MiB that go on in another message.',
    labels,
  },
  connectionsLost: {
    type: 'counter',
    name: 'wharf_shipper_connections_lost_total',
    help: 'Connections to the receiver that were lost.',
    labels,
  },
  connectionsMoved: {
    type: 'counter',
    name: 'wharf_shipper_connections_moved_total',
    help: "Connections left for another: the receiver's name has other addresses, or a better one of its SRV records is back.",
    labels,
  },
  connected: {
    type: 'gauge',
    name: 'wharf_shipper_route_connected',
    help: '1 while messages can be sent: connected over TCP, resolved for UDP.',
    labels,
  },
  queueMessages: {
    type: 'gauge',
    name: 'wharf_shipper_queue_messages',
    help: 'Messages held, in memory and in the spool, those that may have to be sent again included.',
    labels,
  },
  queueBytes: {
    type: 'gauge',
    name: 'wharf_shipper_queue_bytes',
    help: 'Bytes of those messages.',
    labels,
  },
  spoolBytes: {
    type: 'gauge',
    name: 'wharf_shipper_spool_bytes',
    help: 'What the spool of a route takes of the disk; only routes that have one.',
    labels,
  },
  queueFull: {
    type: 'counter',
    name: 'wharf_shipper_queue_full_total',
    help: 'How often a container had to wait for room in the queue.',
    labels,
  },
  containersAttached: {
    type: 'gauge',
    name: 'wharf_shipper_containers_attached',
    help: 'Containers whose log is being read for a route.',
    labels,
  },
  containerLag: {
    type: 'gauge',
    name: 'wharf_shipper_container_lag_seconds',
    help: 'How long the oldest line of a container has waited to be acknowledged, or handed over where nothing acknowledges; containers with no such line are left out.',
    labels: ['route', 'container'],
  },
  streamsReopened: {
    type: 'counter',
    name: 'wharf_shipper_streams_reopened_total',
    help: 'Log streams that were opened again where they had broken off.',
    labels,
  },
  logGaps: {
    type: 'counter',
    name: 'wharf_shipper_log_gaps_total',
    help: 'How often a log that was opened again had no longer what was read of it last: the engine has rotated it away, perhaps with lines that were not read.',
    labels,
  },
  entriesRepeated: {
    type: 'counter',
    name: 'wharf_shipper_entries_repeated_total',
    help: 'Entries left out because they had been taken before a stream was opened again.',
    labels,
  },
  entriesMalformed: {
    type: 'counter',
    name: 'wharf_shipper_entries_malformed_total',
    help: "Entries left out because the engine's time is missing from them.",
    labels,
  },
  viewers: {
    type: 'gauge',
    name: 'wharf_shipper_viewers',
    help: 'How many look at logs over HTTP at present.',
  },
  viewerMessages: {
    type: 'counter',
    name: 'wharf_shipper_viewer_messages_total',
    help: 'Lines that viewers have been sent.',
  },
  eventGaps: {
    type: 'gauge',
    name: 'wharf_shipper_event_gaps',
    help: 'How often the containers had to be listed again because events may have been missed.',
  },
});
