import { createManualClock, silentLogger } from '@wharf/agent';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { LOOK_INTERVAL_MS, MAX_ADDRESS_SOCKETS, startAddressSockets } from './address-sockets.ts';
import type { HostInterfaces } from './choose-addresses.ts';
import type { RunningServer } from './responder.ts';

const addressesOf = (...addresses: readonly string[]): HostInterfaces => ({
  eth0: addresses.map((address) => ({ address })),
});

describe('startAddressSockets', () => {
  const clock = createManualClock();
  const onLimit = vi.fn<(leftOut: number) => void>();
  let interfaces: HostInterfaces = {};
  /** Every opening and closing, in order. */
  let events: string[] = [];
  let refused = new Set<string>();

  const open = async (host: string): Promise<RunningServer> => {
    if (refused.has(host)) throw new Error('EADDRNOTAVAIL');
    events.push(`open ${host}`);
    return {
      port: 53,
      async leave() {
        events.push(`leave ${host}`);
      },
      async close() {
        events.push(`close ${host}`);
      },
    };
  };

  const start = (more: Partial<Parameters<typeof startAddressSockets>[0]> = {}) =>
    startAddressSockets({
      interfaces: () => interfaces,
      ipv4Only: false,
      open,
      clock,
      log: silentLogger,
      onLimit,
      ...more,
    });

  const happened = (): readonly string[] => events.splice(0);
  const look = (): Promise<void> => clock.advance(LOOK_INTERVAL_MS);

  beforeEach(() => {
    interfaces = addressesOf('10.0.0.1', '10.0.0.2');
    events = [];
    refused = new Set();
    onLimit.mockClear();
  });

  it('opens one for each address, and closes them in the end', async () => {
    const sockets = await start();
    expect(happened()).toEqual(['open 10.0.0.1', 'open 10.0.0.2']);
    expect(sockets.addresses()).toEqual(['10.0.0.1', '10.0.0.2']);
    await sockets.leave();
    expect(happened()).toEqual(['leave 10.0.0.1', 'leave 10.0.0.2']);
    expect(clock.pending).toBe(0);
    await sockets.close();
    expect(happened()).toEqual(['close 10.0.0.1', 'close 10.0.0.2']);
  });

  it('follows addresses that come and go, and leaves the others alone', async () => {
    const sockets = await start();
    happened();
    await look();
    expect(happened()).toEqual([]);
    interfaces = addressesOf('10.0.0.3', '10.0.0.2');
    await look();
    expect(happened()).toEqual(['close 10.0.0.1', 'open 10.0.0.3']);
    interfaces = addressesOf('10.0.0.1', '10.0.0.2');
    await look();
    expect(happened()).toEqual(['close 10.0.0.3', 'open 10.0.0.1']);
    expect(sockets.addresses()).toEqual(['10.0.0.2', '10.0.0.1']);
    await sockets.close();
  });

  it('opens a new one for a link that came again between two looks', async () => {
    const link = (scopeid: number): HostInterfaces => ({ br0: [{ address: 'fe80::1', scopeid }] });
    interfaces = link(3);
    const sockets = await start();
    interfaces = link(4);
    await look();
    expect(happened()).toEqual(['open fe80::1%br0', 'close fe80::1%br0', 'open fe80::1%br0']);
    await sockets.close();
  });

  it('tries an address again that cannot have one', async () => {
    refused.add('10.0.0.1');
    const sockets = await start();
    await look();
    expect(sockets.addresses()).toEqual(['10.0.0.2']);
    refused.clear();
    await look();
    expect(sockets.addresses()).toEqual(['10.0.0.2', '10.0.0.1']);
    await sockets.close();
  });

  it('goes on when the addresses cannot be told for a while', async () => {
    let isBroken = true;
    const sockets = await start({
      interfaces() {
        if (isBroken) throw new Error('EMFILE');
        return interfaces;
      },
    });
    expect(sockets.addresses()).toEqual([]);
    isBroken = false;
    await look();
    expect(sockets.addresses()).toEqual(['10.0.0.1', '10.0.0.2']);
    isBroken = true;
    await look();
    expect(sockets.addresses()).toEqual(['10.0.0.1', '10.0.0.2']);
    await sockets.close();
  });

  it('has no more than it may, says so once, and fills places that become free', async () => {
    const many = Array.from({ length: MAX_ADDRESS_SOCKETS + 2 }, (_, i) => `10.0.1.${i}`);
    interfaces = addressesOf(...many);
    const sockets = await start();
    expect(sockets.addresses()).toEqual(many.slice(0, MAX_ADDRESS_SOCKETS));
    await look();
    expect(onLimit).toHaveBeenCalledExactlyOnceWith(2);
    interfaces = addressesOf(...many.slice(1));
    await look();
    expect(new Set(sockets.addresses())).toEqual(new Set(many.slice(1, MAX_ADDRESS_SOCKETS + 1)));
    await sockets.close();
  });

  it('closes also what is being opened at that moment, and opens no more', async () => {
    const sockets = await start();
    happened();
    interfaces = addressesOf('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4');
    const looked = look();
    const closed = vi.waitUntil(() => events.includes('open 10.0.0.3')).then(() => sockets.close());
    await Promise.all([looked, closed]);
    const opened = new Set(events.filter((event) => event.startsWith('open')).map((event) => event.slice(5)));
    for (const host of ['10.0.0.1', '10.0.0.2', ...opened]) expect(events).toContain(`close ${host}`);
    expect(clock.pending).toBe(0);
  });
});
