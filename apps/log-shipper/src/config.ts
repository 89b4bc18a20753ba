import type { SourceChoice } from './containers/container-options.ts';
import type { ExcludedLabel } from './containers/excluded-labels.ts';
import { encodingOptions } from './encoding-options.ts';
import type { HttpApiConfig } from './http-api/http-api-options.ts';
import type { QueueLimits } from './queue/message-queue.ts';
import { optionDefaults } from './routes/option-defaults.ts';
import type { Route } from './routes/route.ts';
import type { RouteDefaults } from './routes/route-settings.ts';
import { spoolOptions } from './spool/spool-options.ts';
import { stageOptions } from './stages/stage-settings.ts';
import { tlsOptions } from './tls-options.ts';

/** What a log shipper does, checked. */
export interface LogShipperConfig extends RouteDefaults {
  readonly routes: readonly Route[];
  /** Containers with a TTY are shipped too. */
  readonly allowTty: boolean;
  /** Of each route. */
  readonly queue: QueueLimits;
  /** When a TCP connection is lost, what was written within this time is sent again. */
  readonly tcpResendMs: number;
  /** A log stream that is silent for so long is opened again; 0 never. */
  readonly inactivityMs: number;
  /** Of containers that were there before the shipper, what they printed before is shipped too. */
  readonly backlog: boolean;
  /** Of that, so many of the newest entries; undefined for all. */
  readonly tail: number | undefined;
  /** Containers with one of them are not shipped. */
  readonly excludedLabels: readonly ExcludedLabel[];
  readonly source: SourceChoice;
  /** The folder of the engine's json-file logs. */
  readonly logFiles: string;
  /** Where checkpoints are kept; empty to keep none. */
  readonly stateDir: string;
  /** Undefined for no HTTP interface. */
  readonly httpApi: HttpApiConfig | undefined;
  /** Where routes that came over HTTP are kept, if there is such a folder; empty to keep none. */
  readonly routesPath: string;
}

/** All but the routes, unless told otherwise. */
export const logShipperDefaults: Omit<LogShipperConfig, 'routes'> = {
  allowTty: false,
  queue: { messages: 16_384, bytes: 8 * 1_048_576 },
  tcpResendMs: 1_000,
  inactivityMs: 0,
  backlog: false,
  tail: undefined,
  excludedLabels: [],
  source: 'auto',
  logFiles: '/var/lib/docker/containers',
  stateDir: '',
  httpApi: undefined,
  routesPath: '',
  spool: optionDefaults(spoolOptions),
  stages: optionDefaults(stageOptions),
  tls: optionDefaults(tlsOptions),
  encoding: optionDefaults(encodingOptions),
};
