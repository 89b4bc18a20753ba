import type { LabState } from './lab-state.ts';

/** getaddrinfo for a name, in a container of every host that runs: a line for each host. */
export async function lookUpEverywhere({ cluster, placements }: LabState, name: string): Promise<readonly string[]> {
  return Promise.all(
    cluster.hosts.map(async (host) => {
      if (host.state === 'dead') return `${host.name}: dead`;
      const from = [...placements].find((placement) => placement.host === host);
      if (from === undefined) return `${host.name}: no container to look it up in`;
      const where = `${host.name}, in ${from.container}: ${name}`;
      try {
        return `${where} is ${parseAddresses(await host.getent(from.id, 'ahostsv4', name)).join(' ')}`;
      } catch {
        return `${where} is not found`;
      }
    }),
  );
}

/** The addresses that `getent ahostsv4` prints, in its order: it has a line for each and each type of socket. */
export function parseAddresses(printed: string): readonly string[] {
  const addresses = printed.split('\n').map((line) => line.split(/\s+/)[0] ?? '');
  return [...new Set(addresses.filter((address) => address !== ''))];
}
