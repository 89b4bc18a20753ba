/** Messages of one container in the order of their lines, as they go to the destination, one after the other. */
export interface MessageBatch {
  /** Belongs to the batch alone. */
  readonly bytes: Buffer;
  /** Where in `bytes` each message ends, ascending; empty for a batch of none, which only carries `onSafe`. */
  readonly ends: readonly number[];
  /**
   * Called once when its lines need not be read from the container again: all its messages are acknowledged (or handed
   * over, where nothing acknowledges), or they are on disk. Never called before that of an earlier batch.
   */
  readonly onSafe: () => void;
}

/** Messages taken to be sent, whole and in order, cut as it suits a stream of bytes. */
export interface TakenMessages {
  readonly chunks: readonly Buffer[];
  readonly messages: number;
  readonly bytes: number;
}
