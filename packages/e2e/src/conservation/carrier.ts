import type { Fault } from './fault.ts';
import type { Line } from './line.ts';

export const carrierNames = ['tcp', 'tls', 'relp', 'relps', 'json', 'loki', 'elasticsearch', 'udp'] as const;
export type CarrierName = (typeof carrierNames)[number];

/** A receiver with the link to it. */
export interface Carrier {
  readonly name: CarrierName;
  /** Of a route to it, without filters; it has a `?` already. */
  readonly uri: string;
  /**
   * What the protocol says of a message that was sent: the receiver has it (`acknowledged`), a kernel has it (`accepted`), or
   * nothing (`none`).
   */
  readonly knows: 'acknowledged' | 'accepted' | 'none';
  /** All that has arrived, in order of arrival; grows. */
  arrived(): readonly Line[];
  /** How often everything that was not acknowledged may have been sent again. */
  readonly setbacks: number;
  readonly faults: readonly Fault[];
  /** Bytes that the kernel holds for the connections on the way. */
  held(): number;
  stop(): Promise<void>;
}

/** The most messages that are under way at a time, and so come twice after one setback. */
export const underWay: Record<CarrierName, number> = {
  tcp: Number.POSITIVE_INFINITY,
  tls: Number.POSITIVE_INFINITY,
  relp: 1_024,
  relps: 1_024,
  json: 4_096,
  loki: 4_096,
  elasticsearch: 4_096,
  udp: 0,
};
