import {
  choice,
  defineOptions,
  durationMs,
  failure,
  integer,
  type OptionError,
  type OptionType,
  type OptionValues,
  success,
} from '@wharf/agent';
import { ownOption, routeOptionsOf } from '../routes/own-option.ts';
import type { Route } from '../routes/route.ts';
import type { RouteOption } from '../routes/route-options.ts';

/** What of a route's messages goes on disk. */
export interface SpoolRouteSettings {
  readonly isOn: boolean;
  readonly sizeBytes: number;
  readonly whenFull: 'block' | 'drop-oldest';
  readonly syncMs: number;
}

const MEBIBYTE = 1_048_576;
const SMALLEST = 16 * MEBIBYTE;

/** `on` or `off`. */
const onOrOff: OptionType<boolean> = {
  placeholder: 'on|off',
  parse: (text) => (text === 'on' || text === 'off' ? success(text === 'on') : failure('is neither on nor off')),
  render: (isOn) => (isOn ? 'on' : 'off'),
};

const whenFullChoices = ['block', 'drop-oldest'] as const;
const noLoss: SpoolRouteSettings['whenFull'] = 'block';

/** For all routes; each may have its own. */
export const spoolOptions = defineOptions({
  spool: {
    flag: 'spool',
    variables: ['SPOOL'],
    type: onOrOff,
    // The engine keeps the logs, and a checkpoint says where to read on: most need no second copy.
    default: false,
    summary:
      'Keep what waits for the receiver on disk, in the folder spool below -state-dir: for logs that the engine would rotate away before a receiver comes back.',
  },
  spoolSize: {
    flag: 'spool-size',
    variables: ['SPOOL_SIZE'],
    type: integer({ min: SMALLEST, max: 1_048_576 * MEBIBYTE, unit: 'bytes' }),
    // About two hours of 1,000 lines of 150 bytes a second, and no burden for a disk that holds containers.
    default: 1_024 * MEBIBYTE,
    summary: 'The most that the spool of a route may take of the disk.',
  },
  spoolFull: {
    flag: 'spool-full',
    variables: ['SPOOL_FULL'],
    type: choice(whenFullChoices),
    // Nothing is lost as long as the engine keeps its logs.
    default: noLoss,
    summary:
      'What a full spool does: block reads containers no further until there is room; drop-oldest gives up the oldest messages and counts them.',
  },
  spoolSync: {
    flag: 'spool-sync',
    variables: ['SPOOL_SYNC'],
    type: durationMs({ maxMs: 10_000 }),
    // At most five syncs a second for each route; a receiver that answers faster has nothing written at all.
    default: 200,
    summary:
      'How long messages may wait in memory to be written to the spool together; what is acknowledged within this time is never written.',
  },
});

/** The values of the agent's options. */
export type SpoolOptions = OptionValues<typeof spoolOptions>;

/** Those a route may have for itself. */
export const spoolRouteOptions: readonly RouteOption[] = routeOptionsOf(spoolOptions);

/** What one route does; its own options win. */
export function spoolSettings(options: SpoolOptions, route: Pick<Route, 'options'>): SpoolRouteSettings {
  const own = route.options;
  return {
    isOn: ownOption(own, spoolOptions.spool, options.spool),
    sizeBytes: ownOption(own, spoolOptions.spoolSize, options.spoolSize),
    whenFull: ownOption(own, spoolOptions.spoolFull, options.spoolFull),
    syncMs: ownOption(own, spoolOptions.spoolSync, options.spoolSync),
  };
}

/** A spool lies in the state folder: without one there is none. */
export function spoolErrors(
  options: SpoolOptions,
  routes: readonly Pick<Route, 'uri' | 'options'>[],
  stateDir: string,
): readonly OptionError[] {
  if (stateDir !== '') return [];
  const message = 'keeps a spool in the state folder: name one with -state-dir';
  if (options.spool) return [{ option: '-spool', value: 'on', message }];
  return routes
    .filter((route) => spoolSettings(options, route).isOn)
    .map(({ uri }) => ({ option: '<route URI>', value: uri, message }));
}
