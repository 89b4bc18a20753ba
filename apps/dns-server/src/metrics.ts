import { defineMetrics } from '@wharf/agent';

/** What the DNS server counts. */
export const dnsServerMetrics = defineMetrics({
  queries: {
    type: 'counter',
    name: 'wharf_dns_queries_total',
    help: 'Queries that could be read, by transport and type asked for.',
    labels: ['transport', 'type'],
  },
  replies: {
    type: 'counter',
    name: 'wharf_dns_replies_total',
    help: 'Replies made, by transport and response code.',
    labels: ['transport', 'rcode'],
  },
  truncatedReplies: {
    type: 'counter',
    name: 'wharf_dns_truncated_replies_total',
    help: 'Replies that told the client to ask again over TCP.',
  },
  cookies: {
    type: 'counter',
    name: 'wharf_dns_cookies_total',
    help: 'Cookies of queries, by verdict: valid, new (of a client that has none of ours yet) or invalid.',
    labels: ['verdict'],
  },
  unreadablePackets: {
    type: 'counter',
    name: 'wharf_dns_unreadable_packets_total',
    help: 'Packets that are no DNS query.',
    labels: ['transport'],
  },
  failures: {
    type: 'counter',
    name: 'wharf_dns_failures_total',
    help: 'Queries answered with SERVFAIL because of a fault of the server itself, each of which is logged.',
  },
  droppedReplies: {
    type: 'counter',
    name: 'wharf_dns_dropped_replies_total',
    help: 'Replies over UDP that the system did not take.',
  },
  answerSeconds: {
    type: 'histogram',
    name: 'wharf_dns_answer_seconds',
    help: 'From the bytes of a query to the bytes of its reply, other name servers that are asked included.',
    buckets: [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.01, 0.1, 1, 10],
  },
  replyOctets: {
    type: 'histogram',
    name: 'wharf_dns_reply_octets',
    help: 'Sizes of replies.',
    labels: ['transport'],
    buckets: [64, 128, 256, 512, 1_232, 4_096, 16_384, 65_535],
  },
  preparedQuestions: {
    type: 'gauge',
    name: 'wharf_dns_prepared_questions',
    help: 'Questions whose replies are kept.',
  },
  preparedEvictions: {
    type: 'counter',
    name: 'wharf_dns_prepared_evictions_total',
    help: 'Questions whose replies were given up for those to others.',
  },
  prepared: {
    type: 'counter',
    name: 'wharf_dns_prepared_total',
    help: 'Replies without decoding the query: kept, made (to be kept), missing (no such name), refused (outside), malformed (cookies) or unreadable.',
    labels: ['reply'],
  },
  udpIo: {
    type: 'gauge',
    name: 'wharf_dns_udp_io',
    help: '1 for how datagrams are received and sent: in batches (batch) or one by one (dgram).',
    labels: ['io'],
  },
  tcpConnections: {
    type: 'gauge',
    name: 'wharf_dns_tcp_connections',
    help: 'Clients connected over TCP.',
  },
  tcpEvictions: {
    type: 'counter',
    name: 'wharf_dns_tcp_evictions_total',
    help: 'Clients over TCP that were disconnected because there were too many.',
  },
  workers: {
    type: 'gauge',
    name: 'wharf_dns_workers',
    help: 'Threads that answer: see -workers.',
  },
  lostThreads: {
    type: 'counter',
    name: 'wharf_dns_lost_threads_total',
    help: 'Threads of -workers that ended though nobody wanted that, and were started again.',
  },
  records: {
    type: 'gauge',
    name: 'wharf_dns_records',
    help: 'Records that are answered from.',
  },
  rejectedRecords: {
    type: 'gauge',
    name: 'wharf_dns_rejected_records',
    help: 'Records in the store that cannot be read, at most 100,000; /debug/rejected names them.',
  },
  rejectedConfigurations: {
    type: 'counter',
    name: 'wharf_dns_rejected_configurations_total',
    help: 'Configurations in the store with something in them that could not be taken; the log says what.',
  },
  storeRevision: {
    type: 'gauge',
    name: 'wharf_dns_store_revision',
    help: 'The newest revision of the store that answers know of.',
  },
  dataState: {
    type: 'gauge',
    name: 'wharf_dns_data_state',
    help: '1 for what the records are: loading (nothing is known yet), current, or stale (the store is away).',
    labels: ['state'],
  },
  snapshots: {
    type: 'counter',
    name: 'wharf_dns_snapshots_total',
    help: 'Times that the records were to be written to the file of -snapshot, by outcome: written or failed.',
    labels: ['outcome'],
  },
  snapshotTime: {
    type: 'gauge',
    name: 'wharf_dns_snapshot_timestamp_seconds',
    help: "When the records in the file of -snapshot were the store's, in seconds since 1970; 0 while none is known.",
  },
  forwarded: {
    type: 'counter',
    name: 'wharf_dns_forwarded_total',
    help: 'Questions that replies depend on and that other name servers answer, by what became of them.',
    labels: ['outcome'],
  },
  upstreamSeconds: {
    type: 'histogram',
    name: 'wharf_dns_upstream_seconds',
    help: 'How long each try to ask a name server took, by server (other beyond 32 of them) and what came of it.',
    labels: ['server', 'outcome'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
  },
  upstreamIgnored: {
    type: 'counter',
    name: 'wharf_dns_upstream_ignored_packets_total',
    help: 'Packets that came from outside and are not the answer that is waited for, as forgers send them.',
    labels: ['reason'],
  },
  upstreamUnderWay: {
    type: 'gauge',
    name: 'wharf_dns_upstream_under_way',
    help: 'Questions that other name servers are being asked.',
  },
  cachedAnswers: {
    type: 'gauge',
    name: 'wharf_dns_cached_answers',
    help: 'Answers of other name servers that are kept.',
  },
  cachedOctets: {
    type: 'gauge',
    name: 'wharf_dns_cached_octets',
    help: 'What they take.',
  },
  leases: {
    type: 'gauge',
    name: 'wharf_dns_leases',
    help: 'Leases that records hang on.',
  },
});
