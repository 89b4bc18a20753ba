import { UserError } from '../../user-error.ts';
import { type BenchVariable, readNumber } from '../variable.ts';
import type { Installation } from './predict-load.ts';

/** An installation of any size: all but its hosts. */
export type Assumptions = Omit<Installation, 'hosts'>;

/** What the tables of the page are for. */
export const pageAssumptions = {
  containersAHost: 50,
  recordsAContainer: 1,
  restartsAContainerADay: 4,
  flapsAContainerADay: 1,
  ttlSeconds: 40,
  leasesInUseAServer: 20,
} as const satisfies Assumptions;

export const pageHostCounts = [100, 1_000, 2_000, 10_000] as const;

const hostsVariable: BenchVariable = {
  name: 'SCALE_HOSTS',
  example: '500,2000',
  summary: `Numbers of hosts for the part model, a column each; ${pageHostCounts.join(',')} without it.`,
};

const declare = (field: keyof typeof pageAssumptions, name: string, example: string, what: string): BenchVariable => ({
  name,
  example,
  summary: `${what}, for the part model; ${pageAssumptions[field]} without it.`,
});

const variables: Readonly<Record<keyof typeof pageAssumptions, BenchVariable>> = {
  containersAHost: declare('containersAHost', 'SCALE_CONTAINERS', '30', 'Containers a host'),
  recordsAContainer: declare('recordsAContainer', 'SCALE_RECORDS', '2', 'Records (published ports) a container'),
  restartsAContainerADay: {
    ...declare('restartsAContainerADay', 'SCALE_RESTARTS', '10', 'Restarts of a container a day'),
    mayBeZero: true,
  },
  flapsAContainerADay: {
    ...declare('flapsAContainerADay', 'SCALE_FLAPS', '0', 'How often a day its health fails and recovers'),
    mayBeZero: true,
  },
  ttlSeconds: declare('ttlSeconds', 'SCALE_TTL', '60', "Seconds of the registrars' -ttl"),
  leasesInUseAServer: declare(
    'leasesInUseAServer',
    'SCALE_TARGETS',
    '100',
    'Hosts whose services the clients of one DNS server ask for all the time',
  ),
};

/** What the part `model` reads. */
export const modelVariables: readonly BenchVariable[] = [hostsVariable, ...Object.values(variables)];

/**
 * The installation that the variables describe.
 * @throws UserError when one of them is no number above 0
 */
export function readModel(env: NodeJS.ProcessEnv): {
  readonly hostCounts: readonly number[];
  readonly assumptions: Assumptions;
} {
  const of = (field: keyof typeof pageAssumptions): number => readNumber(variables[field], pageAssumptions[field], env);
  return {
    hostCounts: readHostCounts(env[hostsVariable.name] ?? ''),
    assumptions: {
      containersAHost: of('containersAHost'),
      recordsAContainer: of('recordsAContainer'),
      restartsAContainerADay: of('restartsAContainerADay'),
      flapsAContainerADay: of('flapsAContainerADay'),
      ttlSeconds: of('ttlSeconds'),
      leasesInUseAServer: of('leasesInUseAServer'),
    },
  };
}

function readHostCounts(text: string): readonly number[] {
  if (text === '') return pageHostCounts;
  return text.split(',').map((word) => {
    const hosts = Number(word);
    if (Number.isInteger(hosts) && hosts > 0) return hosts;
    throw new UserError(`${hostsVariable.name} takes numbers of hosts with commas between, not "${word}".`);
  });
}
