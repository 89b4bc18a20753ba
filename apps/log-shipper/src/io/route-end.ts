import type { Writable } from 'node:stream';
import { type Clock, describeError, type Logger } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { LogShipperConfig } from '../config.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createEncoder, type EncoderContext } from '../routes/create-encoder.ts';
import type { Route } from '../routes/route.ts';
import type { RouteSettings } from '../routes/route-settings.ts';
import { createSequence, runName } from '../syslog/sequence.ts';
import { createTransport } from './create-transport.ts';
import { createOnce } from './once.ts';
import type { RouteMeter } from './route-meter.ts';
import type { Transport, TransportContext } from './transport.ts';

/** Where the messages of a pipeline go, and in which form. */
export interface PipelineEnd {
  readonly createEncoder: (container: Container) => LineEncoder;
  /** Called once. @throws Error when it cannot be made, as for want of a file */
  readonly createTransport: (context: TransportContext) => Transport;
}

export interface RouteEndContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: Pick<RouteMeter, 'cut' | 'templateFailed'>;
  /** The machine that containers run on. */
  readonly host: string;
  /** Standard output. */
  readonly output: Writable;
  /** Stands for every container's own host name; empty for none. */
  readonly syslogHostname: string;
}

/** Of so many containers it is remembered that they were warned of. */
const WARNED_LIMIT = 1_024;

/** The end of a route: the destination that it names. */
export function routeEnd(
  { uri, destination }: Pick<Route, 'uri' | 'destination'>,
  settings: RouteSettings,
  config: LogShipperConfig,
  { clock, random, log, meter, output, host, syslogHostname }: RouteEndContext,
): PipelineEnd {
  const hasFailed = createOnce(WARNED_LIMIT);
  const encoderContext: EncoderContext = {
    host,
    syslogHostname,
    sequence: createSequence(runName(clock.wallMs(), random)),
    wallMs: () => clock.wallMs(),
    onCut: () => meter.cut(),
    onTemplateFailure({ id, name }, template, reason) {
      meter.templateFailed();
      if (hasFailed(id)) return;
      log.warn({ route: uri, container: name, template, reason }, 'a template has no value; its default stands in');
    },
  };
  return {
    createEncoder: (container) => createEncoder(destination, container, settings.encoding, encoderContext),
    createTransport(context) {
      const more = { tcpResendMs: config.tcpResendMs, queue: config.queue, output };
      try {
        return createTransport(destination, { ...settings, ...more }, context);
      } catch (error) {
        throw new Error(`the route ${uri}: ${describeError(error)}`, { cause: error });
      }
    },
  };
}
