import { type Namespaces, startNamespaces } from '@wharf/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LabSwitch, startLabSwitch } from './lab-switch.ts';
import { runIn } from './run-in.ts';

let labSwitch: LabSwitch;
let hosts: readonly Namespaces[];

beforeEach(async () => {
  labSwitch = await startLabSwitch();
  hosts = [await startNamespaces(), await startNamespaces()];
});

afterEach(async () => {
  for (const each of [...hosts, labSwitch]) await each.end();
});

const macOfSwitch = async (): Promise<string | undefined> => {
  const link = await runIn(labSwitch.namespaces.enterNetwork, ['ip', '-brief', 'link', 'show', 'dev', 'br0']);
  return link.split(/\s+/)[2];
};

/** Hosts that talk to the switch have its MAC in their neighbour tables, and would send to nobody for a minute. */
it('keeps its MAC when hosts come and go', async () => {
  const mac = await macOfSwitch();
  expect(mac).toMatch(/^[0-9a-f:]{17}$/);
  const places = hosts.map((host, index) => ({ host, name: `host-${index + 1}`, address: `10.77.0.${11 + index}` }));
  for (const { host, name, address } of places) {
    await labSwitch.connect(host, name, address);
    expect(await macOfSwitch()).toBe(mac);
  }
  for (const { name } of places) {
    await labSwitch.disconnect(name);
    expect(await macOfSwitch()).toBe(mac);
  }
});
