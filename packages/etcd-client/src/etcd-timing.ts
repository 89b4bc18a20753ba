/** How long one call waits for one endpoint, unless told otherwise. */
export const CALL_DEADLINE_MS = 5_000;

/** A watch on which nothing was heard for so long, progress answers included, counts as cut. */
export const WATCH_SILENCE_MS = 8_000;

/**
 * A connection with calls under way is probed after so long. etcd ends the connection of a client that probes more
 * often than every 5 s (`--grpc-keepalive-min-time`).
 */
export const KEEPALIVE_TIME_MS = 6_000;

/** A probe of the connection must be answered within so long. */
export const KEEPALIVE_TIMEOUT_MS = 3_000;

/** An answer may have so many bytes. A page that has more is asked for again with fewer keys. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
