/** One answer, or none, of one host's dns-server to a client on that host. */
export interface Observation {
  /** The host's name. */
  readonly host: string;
  /** When it was asked, in milliseconds of `performance.timeOrigin + performance.now()`. */
  readonly askedAt: number;
  readonly tookMs: number;
  /** `NOERROR`, `NXDOMAIN`, ...; `none` when no answer came within the client's patience of 1 s. */
  readonly rcode: string;
  /** Record data in text, sorted: addresses for A, `priority weight port target` for SRV. */
  readonly data: readonly string[];
}

/** A question that every living host is asked every 20 ms, from a process in its own network, until it is stopped. */
export interface Watch {
  /** All observations so far, oldest first. */
  readonly observations: readonly Observation[];
  /** The newest observation of a host. */
  latest(host: string): Observation | undefined;
  stop(): Promise<void>;
}
