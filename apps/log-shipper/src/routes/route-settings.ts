import { type SinkOptions, sinkOptionsOf } from '../http-sinks/sink-options.ts';
import { type StageOptions, type StageSettings, stageSettings } from '../stages/stage-settings.ts';
import type { Route } from './route.ts';

/** The agent's options that a route may have for itself. */
export interface RouteDefaults {
  readonly stages: StageOptions;
}

/** What one route does, its own options put over the agent's. */
export interface RouteSettings {
  readonly stages: StageSettings;
  readonly sink: SinkOptions;
}

export function routeSettings(defaults: RouteDefaults, route: Route): RouteSettings {
  return { stages: stageSettings(defaults.stages, route), sink: sinkOptionsOf(route.options) };
}
