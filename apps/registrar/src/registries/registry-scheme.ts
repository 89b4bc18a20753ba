import type { Result } from '@wharf/agent';
import type { Labels } from '@wharf/record-schema';

/** Where services are registered, as the URI of the command line says it. */
export type RegistryUri =
  | {
      readonly scheme: 'skydns2';
      /** `host:port` of each member of the cluster, IPv6 addresses in brackets. */
      readonly endpoints: readonly string[];
      readonly domain: Labels;
    }
  | {
      readonly scheme: 'etcd';
      readonly endpoints: readonly string[];
      /** With a slash in front and none behind: `/services/eu`. */
      readonly path: string;
    }
  | {
      readonly scheme: 'consul';
      /** `host:port` of one agent: an agent knows only what was registered with itself. */
      readonly endpoint: string;
    }
  | { readonly scheme: 'memory'; readonly domain: Labels };

/** The parts of a URI as they stand there, nothing decoded. */
export interface UriParts {
  /** Between `//` and the next slash; empty for none. */
  readonly authority: string;
  /** What follows that slash, without a slash at the end; empty for none. */
  readonly path: string;
}

/** One kind of registry: the parser, the help and the messages are made of this. */
export interface RegistryScheme {
  readonly scheme: RegistryUri['scheme'];
  /** How its URIs look: `skydns2://host:port[,host:port]/<domain>`. */
  readonly form: string;
  /** What is registered where; continues `<form>: `. */
  readonly summary: string;
  /** Whether `-dns-sd` has a meaning for it. */
  readonly takesDnsSd: boolean;
  /** Errors continue a sentence that begins with the URI: `names no domain`. They may repeat parts of it. */
  parse(parts: UriParts): Result<RegistryUri, string>;
}
