/** What dnsperf says of one run. */
export interface DnsperfReport {
  readonly sent: number;
  readonly completed: number;
  readonly lost: number;
  readonly runSeconds: number;
  readonly queriesPerSecond: number;
  readonly averageLatencyMs: number;
  /** How many replies had each code: `NOERROR`. */
  readonly rcodes: Readonly<Record<string, number>>;
}

/**
 * Reads the statistics that dnsperf 2 prints at its end.
 * @throws Error with the newest of the text when there are none
 */
export function parseDnsperfReport(text: string): DnsperfReport {
  const figure = (label: string): number => {
    const value = new RegExp(`^ *${label}: +([\\d.]+)`, 'm').exec(text)?.[1];
    if (value === undefined) throw new Error(`dnsperf does not say "${label}": ${text.slice(-500)}`);
    return Number(value);
  };
  const codes = /^ *Response codes:(.*)$/m.exec(text)?.[1] ?? '';
  return {
    sent: figure('Queries sent'),
    completed: figure('Queries completed'),
    lost: figure('Queries lost'),
    runSeconds: figure('Run time \\(s\\)'),
    queriesPerSecond: figure('Queries per second'),
    averageLatencyMs: figure('Average Latency \\(s\\)') * 1_000,
    rcodes: Object.fromEntries([...codes.matchAll(/(\w+) (\d+)/g)].map(([, name, count]) => [name, Number(count)])),
  };
}
