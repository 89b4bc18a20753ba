/** Whoever looks at logs over HTTP. */
export interface ViewerPeer {
  /** Address and port, for people. */
  readonly address: string;
  /** Aborts when the connection has ended, by whomever. */
  readonly gone: AbortSignal;
  /** Resolves when the kernel has taken the messages, each of which ends with an LF, or when the peer is gone. */
  send(messages: readonly Buffer[]): Promise<void>;
  /** Ends the connection in order, which may take as long as the peer takes to read what was sent. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
}

/** Resolves when `write` calls back, or when the peer is gone: then no call-back may come. */
export function untilWritten(gone: AbortSignal, write: (onWritten: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) {
      resolve();
      return;
    }
    const finish = (): void => {
      gone.removeEventListener('abort', finish);
      resolve();
    };
    gone.addEventListener('abort', finish, { once: true });
    write(finish);
  });
}
