/**
 * The value of one series in Prometheus's text format; undefined when it is not there.
 * @param series with its labels as they are written there: `requests_total{code="200"}`
 */
export function metricValue(text: string, series: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
