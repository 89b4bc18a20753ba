import type { Writable } from 'node:stream';
import type { Container } from '@wharf/docker-watcher';
import type { LogShipperConfig } from '../config.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createEncoder } from '../routes/create-encoder.ts';
import type { Route } from '../routes/route.ts';
import type { RouteSettings } from '../routes/route-settings.ts';
import { createTransport } from './create-transport.ts';
import type { RouteMeter } from './route-meter.ts';
import type { Transport, TransportContext } from './transport.ts';

/** Where the messages of a pipeline go, and in which form. */
export interface PipelineEnd {
  readonly createEncoder: (container: Container) => LineEncoder;
  /** Called once. @throws Error when it cannot be made, as for want of a file */
  readonly createTransport: (context: TransportContext) => Transport;
}

export interface RouteEndContext {
  readonly meter: Pick<RouteMeter, 'cut'>;
  /** Standard output. */
  readonly output: Writable;
  /** Stands for every container's own host name; empty for none. */
  readonly syslogHostname: string;
}

/** The end of a route: the destination that it names. */
export function routeEnd(
  { destination }: Pick<Route, 'destination'>,
  settings: RouteSettings,
  config: LogShipperConfig,
  { meter, output, syslogHostname }: RouteEndContext,
): PipelineEnd {
  const encoding = { ...config, syslogHostname, onCut: () => meter.cut() };
  return {
    createEncoder: (container) => createEncoder(destination, container, encoding),
    createTransport: (context) =>
      createTransport(destination, { ...settings, tcpResendMs: config.tcpResendMs, output }, context),
  };
}
