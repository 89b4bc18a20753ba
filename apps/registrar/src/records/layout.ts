import type { Result } from '@wharf/agent';
import type { Service } from '../services/service.ts';

/** What the store holds for one service. */
export interface ServiceEntry {
  readonly key: string;
  readonly value: string;
}

/**
 * How services are written into a store: the one thing that registries of the same store differ in. A new registry is
 * a file with a `Layout`, and its scheme in `parseRegistryUri` and `layoutOf`.
 */
export interface Layout {
  /** The key and value of a service, or the reason why it cannot have any; equal services give equal text. */
  toRecord(service: Service): Result<ServiceEntry, string>;
}
