import { type EncodingOptions, type RouteEncoding, routeEncoding } from '../encoding-options.ts';
import { type SinkOptions, sinkOptionsOf } from '../http-sinks/sink-options.ts';
import { type SpoolOptions, type SpoolRouteSettings, spoolSettings } from '../spool/spool-options.ts';
import { type StageOptions, type StageSettings, stageSettings } from '../stages/stage-settings.ts';
import { type TlsFiles, type TlsOptions, tlsFilesOf } from '../tls-options.ts';
import type { Destination, Route } from './route.ts';

/** The agent's options that a route may have for itself. */
export interface RouteDefaults {
  readonly spool: SpoolOptions;
  readonly stages: StageOptions;
  readonly tls: TlsOptions;
  readonly encoding: EncodingOptions;
}

/** What one route does, its own options put over the agent's. */
export interface RouteSettings {
  readonly spool: SpoolRouteSettings;
  readonly stages: StageSettings;
  readonly sink: SinkOptions;
  /** For destinations over TLS. */
  readonly tls: TlsFiles;
  readonly encoding: RouteEncoding;
}

export function routeSettings(defaults: RouteDefaults, route: Route): RouteSettings {
  return {
    spool: spoolSettings(defaults.spool, route),
    stages: stageSettings(defaults.stages, route),
    sink: sinkOptionsOf(route.options),
    tls: tlsFilesOf(defaults.tls, route.options, hostOf(route.destination)),
    encoding: routeEncoding(defaults.encoding, route),
  };
}

function hostOf(destination: Destination): string {
  if ('host' in destination) return destination.host;
  return 'url' in destination ? new URL(destination.url).hostname.replace(/^\[|\]$/g, '') : '';
}
