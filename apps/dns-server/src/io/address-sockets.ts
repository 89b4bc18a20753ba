import type { Clock, Logger } from '@wharf/agent';
import { chooseAddresses, type HostInterfaces } from './choose-addresses.ts';
import type { RunningServer } from './responder.ts';

/** What is beyond that is answered by the socket on all addresses. */
export const MAX_ADDRESS_SOCKETS = 64;

/** How soon an address that is new to the host has a socket. */
export const LOOK_INTERVAL_MS = 3_000;

export interface AddressSocketsOptions {
  readonly interfaces: () => HostInterfaces;
  /** Whether sockets on IPv6 addresses are not wanted. */
  readonly ipv4Only: boolean;
  /** Serves on one address of this host. */
  readonly open: (host: string) => Promise<RunningServer>;
  /** Told once, when there are more addresses than sockets, how many go without. */
  readonly onLimit: (leftOut: number) => void;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly log: Logger;
}

/** Sockets, one on each address of the host, as these come and go. */
export interface AddressSockets {
  /** Those that have one. */
  addresses(): readonly string[];
  /** As of a `RunningServer`; no more sockets come. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

interface AddressSocket {
  readonly host: string;
  readonly server: RunningServer;
}

/** Resolves when every address of now that can have a socket has one; an address that cannot is tried again later. */
export async function startAddressSockets(options: AddressSocketsOptions): Promise<AddressSockets> {
  const { interfaces, ipv4Only, open, onLimit, clock, log } = options;
  const sockets = new Map<string, AddressSocket>();
  let hasSaidLimit = false;
  let isClosing = false;
  let looking = Promise.resolve();
  let cancelLook = (): void => undefined;

  const openOne = async (key: string, host: string): Promise<void> => {
    try {
      sockets.set(key, { host, server: await open(host) });
      log.debug({ address: host }, 'an address of this host has a UDP socket of its own');
    } catch (error) {
      log.debug({ address: host, error: String(error) }, 'an address of this host cannot have a UDP socket of its own');
    }
  };

  const look = async (): Promise<void> => {
    const { chosen, leftOut } = chooseAddresses(interfaces(), ipv4Only, MAX_ADDRESS_SOCKETS);
    if (leftOut > 0 && !hasSaidLimit) {
      hasSaidLimit = true;
      onLimit(leftOut);
    }
    for (const [key, { server, host }] of sockets) {
      if (chosen.has(key)) continue;
      sockets.delete(key);
      await server.close();
      log.debug({ address: host }, 'an address is gone, and its UDP socket with it');
    }
    for (const [key, host] of chosen) {
      if (!isClosing && !sockets.has(key)) await openOne(key, host);
    }
  };

  const lookAndAgain = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      log.debug({ error: String(error) }, 'the addresses of this host cannot be looked at');
    }
    if (isClosing) return;
    cancelLook = clock.schedule(LOOK_INTERVAL_MS, () => {
      looking = lookAndAgain();
    });
  };

  const endLooking = async (): Promise<void> => {
    isClosing = true;
    cancelLook();
    await looking;
  };

  await lookAndAgain();
  return {
    addresses: () => [...sockets.values()].map(({ host }) => host),
    async leave() {
      await endLooking();
      await Promise.all([...sockets.values()].map(({ server }) => server.leave()));
    },
    async close() {
      await endLooking();
      await Promise.all([...sockets.values()].map(({ server }) => server.close()));
    },
  };
}
