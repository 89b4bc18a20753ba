import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { type Clock, sleep } from '@wharf/agent';
import { defaultRouteInterface } from '../services/default-route.ts';
import { addressFault } from '../services/service-address.ts';

/** How long the resolver may take; the host's own name is in /etc/hosts where things are in order. */
const LOOKUP_TIMEOUT_MS = 2000;

/**
 * The host's own address: what its name resolves to, as in the original, unless that is a loopback address (Debian's
 * 127.0.1.1); then the address of the interface that the default route uses. Undefined when neither gives one.
 */
export async function findHostAddress(hostname: string, clock: Clock): Promise<string | undefined> {
  const resolved = await resolveWithin(hostname, clock);
  return resolved ?? (await addressOfDefaultRoute());
}

async function resolveWithin(hostname: string, clock: Clock): Promise<string | undefined> {
  const done = new AbortController();
  const timeout = sleep(clock, LOOKUP_TIMEOUT_MS, done.signal).then(() => undefined);
  const resolved = lookup(hostname, { order: 'ipv4first' }).then(
    ({ address }) => (addressFault(address) === undefined ? address : undefined),
    () => undefined,
  );
  const address = await Promise.race([resolved, timeout]);
  done.abort();
  return address;
}

async function addressOfDefaultRoute(): Promise<string | undefined> {
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  const name = defaultRouteInterface(routes);
  const addresses = name === undefined ? [] : (networkInterfaces()[name] ?? []);
  return addresses.find(({ family }) => family === 'IPv4')?.address;
}
