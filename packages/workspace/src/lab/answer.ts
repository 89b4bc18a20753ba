/** One answer, or none, of a host's dns-server to a client on that host. */
export interface Answer {
  /** The host's name. */
  readonly host: string;
  /** The service that was asked for, without the domain. */
  readonly name: string;
  /** In milliseconds of `performance.timeOrigin + performance.now()`. */
  readonly askedAt: number;
  /** `NOERROR`, `NXDOMAIN`, ...; `none` when nothing came within the client's patience. */
  readonly rcode: string;
  /** Addresses in the order given. */
  readonly addresses: readonly string[];
}

/** Whether the server said what is there, or that nothing is. */
export function isAnswered({ rcode }: Pick<Answer, 'rcode'>): boolean {
  return rcode === 'NOERROR' || rcode === 'NXDOMAIN';
}

/** How long a client waits for an answer. */
export const PATIENCE_MS = 1_000;

/** What a DNS probe is told: ask for all of these names, one after the other, and so again after `everyMs`. */
export interface ProbeTask {
  readonly names: readonly string[];
  readonly everyMs: number;
}

export type ProbeAnswer = Omit<Answer, 'host'>;

/** Splits a stream of text into the values of its lines, each a JSON text; what is no whole line yet waits. */
export function createLineParser(onValue: (value: unknown) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onValue(JSON.parse(line));
  };
}
