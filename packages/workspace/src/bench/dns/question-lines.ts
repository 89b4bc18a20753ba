import { DOMAIN, type Service } from './service-data.ts';

/** How often each kind is among 20 questions of a mix: dual-stack clients ask AAAA about as often as A. */
const MIX: readonly (readonly [keyof typeof kinds, number])[] = [
  ['A', 9],
  ['AAAA', 6],
  ['SRV', 3],
  ['none', 2],
];

const kinds = {
  A: (service: Service) => `${service.name} A`,
  AAAA: (service: Service) => `${service.name} AAAA`,
  SRV: (service: Service) => `${service.name} SRV`,
  none: (service: Service, number: number) => absentName(service, number),
};

/** dnsperf's input: a question each line. */
export function askEach(services: readonly Service[], type: 'A' | 'SRV'): readonly string[] {
  return services.map(({ name }) => `${name} ${type}`);
}

/** Questions for names that do not exist, each another one: beside the services, and beside their instances. */
export function askAbsent(services: readonly Service[], count: number): readonly string[] {
  return Array.from({ length: count }, (_, number) => absentName(serviceAt(services, number), number));
}

/** As clients ask: mostly addresses, some SRV, some names that do not exist. */
export function askMixed(services: readonly Service[], count: number): readonly string[] {
  const turns = MIX.flatMap(([kind, times]) => Array.from({ length: times }, () => kinds[kind]));
  return Array.from({ length: count }, (_, number) => {
    // 7 has no factor in common with the 20 turns: kinds alternate instead of coming in rows.
    const turn = turns[(number * 7) % turns.length] ?? kinds.A;
    return turn(serviceAt(services, Math.floor(number / turns.length) + number), number);
  });
}

function absentName(service: Service, number: number): string {
  return number % 2 === 0 ? `no-${number}.${service.name} A` : `no-${number}.${DOMAIN} A`;
}

function serviceAt(services: readonly Service[], number: number): Service {
  const service = services[number % services.length];
  if (service === undefined) throw new RangeError('there are no services to ask for');
  return service;
}
