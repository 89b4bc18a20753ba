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

/** How messages get to a receiver that takes one after the other; `relps` is RELP over TLS. */
export type Carrier = 'udp' | 'tcp' | 'tls' | 'relp' | 'relps';

export type Destination =
  | {
      readonly adapter: 'syslog' | 'raw';
      readonly carrier: Carrier;
      readonly host: string;
      /** Undefined for the carrier's own port, or the one of an SRV record. */
      readonly port: number | undefined;
    }
  /** A sink that takes many messages in the body of a request. `url` has no user or password. */
  | { readonly adapter: 'loki' | 'elasticsearch' | 'json'; readonly url: string; readonly credentials?: string }
  | { readonly adapter: 'stdout' };

/** Where lines go, and which ones. */
export interface Route {
  /** Names the route in logs, metrics, readiness and on disk: the URI, variables expanded, without secrets. */
  readonly uri: string;
  readonly destination: Destination;
  readonly filter: RouteFilter;
  /** The adapter was `multiline+...`. */
  readonly multiline: boolean;
  /** The options of the route that are no filters, as given; each beats the agent's option of the same purpose. */
  readonly options: ReadonlyMap<string, string>;
}
