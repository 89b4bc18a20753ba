import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, openNetworkDoor, type StartServer, startNamespaces } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_PORT, renderEtcdArgs, startEtcdMember } from './etcd-member.ts';
import { type LabSwitch, startLabSwitch } from './lab-switch.ts';
import { parseMemberStatus } from './parse-member-status.ts';
import { runIn } from './run-in.ts';

describe('renderEtcdArgs', () => {
  const hosts = [
    { name: 'host-1', address: '10.77.0.11' },
    { name: 'host-2', address: '10.77.0.12' },
  ];

  it('listens on the address of its host and names all members', () => {
    const args = renderEtcdArgs({ hostName: 'host-2', address: '10.77.0.12', dataDir: '/lab/etcd', hosts });
    expect(args).toEqual(
      expect.arrayContaining([
        '--name=host-2',
        '--listen-client-urls=http://10.77.0.12:2379',
        '--listen-peer-urls=http://10.77.0.12:2380',
        '--initial-cluster=host-1=http://10.77.0.11:2380,host-2=http://10.77.0.12:2380',
      ]),
    );
  });
});

describe('a member that is cut off', () => {
  const cleanup = new AsyncDisposableStack();

  afterEach(() => cleanup.disposeAsync());

  const hosts = [11, 12, 13].map((last, index) => ({ name: `host-${index + 1}`, address: `10.77.0.${last}` }));

  /** A member alone on its host; it says what its Raft does. */
  const startMember = async (labSwitch: LabSwitch, { name, address }: (typeof hosts)[number], folder: string) => {
    const namespaces = await startNamespaces();
    cleanup.defer(() => namespaces.end());
    await labSwitch.connect(namespaces, name, address);
    const talkative: StartServer = ({ args, ...server }) =>
      namespaces.start({ ...server, args: server.command === 'etcd' ? [...args, '--log-level=info'] : args });
    const door = openNetworkDoor(namespaces.enterNetwork, talkative, folder);
    cleanup.defer(() => door.close());
    const member = await startEtcdMember({ hostName: name, address, dataDir: join(folder, name), hosts }, door);
    const command = ['etcdctl', '--endpoints', `http://${address}:${CLIENT_PORT}`, 'endpoint', 'status', '-w', 'json'];
    const isLeader = async (): Promise<boolean> =>
      parseMemberStatus(await runIn(namespaces.enterNetwork, command, { ETCDCTL_API: '3' })).isLeader;
    return { ...member, name, isLeader };
  };

  it('asks whether it could win before it stands: its higher term would cost the others their leader', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-members-'));
    cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
    const labSwitch = await startLabSwitch();
    cleanup.defer(() => labSwitch.end());
    const members = await Promise.all(hosts.map((host) => startMember(labSwitch, host, folder)));
    await Promise.all(members.map((member) => member.serves()));
    const follower = await eventually('a follower', async () => {
      for (const member of members) if (!(await member.isLeader())) return member;
      throw new Error('all lead');
    });
    const { length } = follower.output();
    await labSwitch.unplug(follower.name);
    const became = await eventually('it stands, or asks', () => {
      const found = /became (?:pre-)?candidate/.exec(follower.output().slice(length));
      if (found === null) throw new Error(follower.output().slice(length));
      return found[0];
    });
    expect(became).toBe('became pre-candidate');
  });
});
