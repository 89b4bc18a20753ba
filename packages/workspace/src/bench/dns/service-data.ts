/** The zone and domain of the data. */
export const DOMAIN = 'bench.example';

/** SkyDNS's defaults, which the DNS server uses for records that say none of their own, and for absent ones. */
const TTL_SECONDS = 3_600;
const NEGATIVE_TTL_SECONDS = 60;

/** One instance of a service, as a record in the store and as lines of a zone file say it. */
export interface Instance {
  readonly name: string;
  readonly key: string;
  readonly address: string;
  readonly port: number;
}

/** Services are the names one level above their instances'. */
export interface Service {
  readonly name: string;
  readonly instances: readonly Instance[];
}

const FIRST_PORT = 20_000;
const PORTS = 10_000;

/** Services `s0`, `s1` and so on, with instances that have an address each: the same ones each time. */
export function makeServices(services: number, instancesEach: number): readonly Service[] {
  return Array.from({ length: services }, (_, service) => ({
    name: `s${service}.${DOMAIN}`,
    instances: Array.from({ length: instancesEach }, (_, instance) => {
      const number = service * instancesEach + instance;
      return {
        name: `i${instance}.s${service}.${DOMAIN}`,
        key: `/skydns/${DOMAIN.split('.').toReversed().join('/')}/s${service}/i${instance}`,
        address: addressOf(number),
        port: FIRST_PORT + (number % PORTS),
      };
    }),
  }));
}

/** The address in 10.0.0.0/8 that stands for a number below 2^24. */
export function addressOf(number: number): string {
  return `10.${(number >> 16) & 0xff}.${(number >> 8) & 0xff}.${number & 0xff}`;
}

/** The JSON of a record in the store. */
export function renderRecord({ address, port }: Pick<Instance, 'address' | 'port'>): string {
  return JSON.stringify({ host: address, port });
}

/** A zone file with the records that the DNS server makes of the same services: A and SRV of each name. */
export function renderZone(services: readonly Service[]): string {
  const server = `ns.dns.${DOMAIN}.`;
  const records = [
    [`${DOMAIN}.`, `SOA ${server} hostmaster.${DOMAIN}. 1 28800 7200 604800 ${NEGATIVE_TTL_SECONDS}`],
    [`${DOMAIN}.`, `NS ${server}`],
    [server, 'A 127.0.0.1'],
    ...services.flatMap(({ name, instances }) => {
      const weight = Math.floor(100 / instances.length);
      return instances.flatMap((instance) => [
        [`${name}.`, `A ${instance.address}`],
        [`${name}.`, `SRV 10 ${weight} ${instance.port} ${instance.name}.`],
        [`${instance.name}.`, `A ${instance.address}`],
        [`${instance.name}.`, `SRV 10 100 ${instance.port} ${instance.name}.`],
      ]);
    }),
  ];
  return records.map(([name, data]) => `${name} ${TTL_SECONDS} ${data}\n`).join('');
}
