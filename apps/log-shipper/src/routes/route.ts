import type { LogSource } from '../lines/log-line.ts';
import type { Glob } from './glob.ts';

/** What of the containers a route takes; all conditions must hold. */
export interface RouteFilter {
  /** The container's ID begins with this; empty for any. */
  readonly idPrefix: string;
  readonly name?: Glob;
  readonly sources: ReadonlySet<LogSource>;
  /** Each label's value must match; a label that is not there counts as an empty one. */
  readonly labels: readonly { readonly key: string; readonly value: Glob }[];
}

export type Destination =
  | { readonly adapter: 'syslog'; readonly transport: 'udp' | 'tcp'; readonly host: string; readonly port: number }
  | { readonly adapter: 'stdout' };

/** Where lines go, and which ones. */
export interface Route {
  /** The URI as given, variables expanded: names the route in logs, metrics and readiness. */
  readonly uri: string;
  readonly destination: Destination;
  readonly filter: RouteFilter;
}
