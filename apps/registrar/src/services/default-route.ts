/**
 * The interface that Linux sends to by default: of the routes to 0.0.0.0/0 that are up, the one with the lowest metric.
 * @param routes what /proc/net/route holds: a line a route, in columns Iface, Destination, Gateway, Flags, RefCnt, Use,
 *   Metric, Mask..., addresses in hexadecimal
 */
export function defaultRouteInterface(routes: string): string | undefined {
  let best: { readonly name: string; readonly metric: number } | undefined;
  for (const line of routes.split('\n').slice(1)) {
    const [name, destination, , flags = '0', , , metricText = '0', mask] = line.trim().split(/\s+/);
    const isUp = (Number.parseInt(flags, 16) & 1) === 1;
    if (name === undefined || destination !== '00000000' || mask !== '00000000' || !isUp) continue;
    const metric = Number(metricText);
    if (best === undefined || metric < best.metric) best = { name, metric };
  }
  return best?.name;
}
