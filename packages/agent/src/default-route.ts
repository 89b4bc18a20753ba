/** `RTF_UP` and `RTF_REJECT` of Linux's <linux/route.h>. */
const UP = 0x1;
const REJECT = 0x200;

/**
 * The interface that Linux sends IPv4 to by default: of the routes to 0.0.0.0/0 that are up, the one with the lowest
 * metric.
 * @param routes what /proc/net/route holds: a line a route, in columns Iface, Destination, Gateway, Flags, RefCnt, Use,
 *   Metric, Mask..., addresses in hexadecimal
 */
export function defaultRouteInterface(routes: string): string | undefined {
  return best(
    routes
      .split('\n')
      .slice(1)
      .map((line) => {
        const [name, destination, , flags, , , metric = '0', mask] = line.trim().split(/\s+/);
        return { name, isDefault: destination === '00000000' && mask === '00000000', flags, metric: Number(metric) };
      }),
  );
}

/**
 * The same for IPv6 and ::/0.
 * @param routes what /proc/net/ipv6_route holds: a line a route, in columns destination, its prefix length, source, its
 *   prefix length, next hop, metric, reference count, use, flags, interface, all numbers in hexadecimal
 */
export function defaultRouteInterface6(routes: string): string | undefined {
  return best(
    routes.split('\n').map((line) => {
      const [destination, length, , sourceLength, , metric = '0', , , flags, name] = line.trim().split(/\s+/);
      const isDefault = destination === '0'.repeat(32) && length === '00' && sourceLength === '00';
      return { name, isDefault, flags, metric: Number.parseInt(metric, 16) };
    }),
  );
}

interface Route {
  readonly name: string | undefined;
  readonly isDefault: boolean;
  /** In hexadecimal. */
  readonly flags: string | undefined;
  readonly metric: number;
}

function best(routes: readonly Route[]): string | undefined {
  let found: Route | undefined;
  for (const route of routes) {
    const flags = Number.parseInt(route.flags ?? '0', 16);
    const isUsable = route.isDefault && (flags & UP) !== 0 && (flags & REJECT) === 0;
    if (isUsable && (found === undefined || route.metric < found.metric)) found = route;
  }
  return found?.name;
}
