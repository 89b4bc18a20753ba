import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findOwnContainerId } from './own-container-id.ts';

const own = 'a7cbbcd3d4af5f60726aadb134e0896cc0855ceb4792aa3d31c0aa99b034c8f1';
const other = '9535b36ee181bf204569f830bdceb25633641d60d263c3904964be43051b6c79';

/** Lines as Docker 20.10 and Podman 4.3 make them, `folder` being where they keep their files. */
const mount = (number: number, source: string, target: string) =>
  `${number} 189 254:0 ${source} ${target} rw,relatime - ext4 /dev/vda rw,discard`;
const docker = (id: string, folder = '/var/lib/docker') =>
  [
    `189 83 0:42 / / rw,relatime master:2 - overlay overlay rw,lowerdir=${folder}/overlay2/l/AXKS,upperdir=${folder}/overlay2/${other}/diff`,
    ...['resolv.conf', 'hostname', 'hosts'].map((file, index) =>
      mount(206 + index, `${folder}/containers/${id}/${file}`, `/etc/${file}`),
    ),
  ].join('\n');
const podman = (id: string, hostsOf = id) =>
  [
    mount(199, `/run/containers/storage/overlay-containers/${hostsOf}/userdata/resolv.conf`, '/etc/resolv.conf'),
    mount(200, `/run/containers/storage/overlay-containers/${hostsOf}/userdata/hosts`, '/etc/hosts'),
    mount(203, `/run/containers/storage/overlay-containers/${id}/userdata/hostname`, '/etc/hostname'),
  ].join('\n');
const host = '22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n27 1 254:0 / / rw - ext4 /dev/vda rw';

describe('findOwnContainerId', () => {
  it.each([
    ['Docker, cgroup v1', `9:name=systemd:/docker/${own}\n1:cpu:/docker/${own}\n0::/docker/${own}\n`, docker(own)],
    ['Docker, systemd', `0::/system.slice/docker-${own}.scope\n`, docker(own)],
    ['Docker, its own cgroup namespace', '1:cpu:/\n0::/\n', docker(own)],
    ['Docker with another data folder', '0::/\n', docker(own, '/srv/my data/docker'.replace(' ', '\\040'))],
    ['Docker in the network of another container', `0::/wharf/${own}\n`, docker(other)],
    ['Docker in Docker', `0::/docker/${other}/docker/${own}\n`, docker(own)],
    ['Podman', `1:cpu:/libpod_parent/libpod-${own}\n0::/libpod_parent/libpod-${own}\n`, podman(own)],
    ['Podman, systemd', `0::/machine.slice/libpod-${own}.scope/container\n`, podman(own)],
    ['Podman, its own cgroup namespace', '0::/\n', podman(own)],
    ['Podman in the network of another container', '0::/\n', podman(own, other)],
    ['an engine that mounts its hosts file alone', '', mount(1, `/x/containers/${own}/hosts`, '/etc/hosts')],
  ])('finds it for %s', (_, cgroup, mountinfo) => {
    expect(findOwnContainerId({ cgroup, mountinfo })).toBe(own);
  });

  it.each([
    ['the host', '0::/system.slice/wharf.service\n', host],
    ['the host, in a session', '0::/user.slice/user-1000.slice/session-3.scope\n', host],
    [
      "another container's files, mounted",
      '0::/\n',
      mount(1, `/var/lib/docker/containers/${other}/x-json.log`, '/log'),
    ],
    ['all files of Docker, mounted', '0::/\n', mount(1, '/var/lib/docker/containers', '/var/lib/docker/containers')],
    ['an ID that is too short', `0::/docker/${own.slice(1)}\n`, docker(own.slice(1))],
    ['files that cannot be read', '', ''],
  ])('finds none for %s', (_, cgroup, mountinfo) => {
    expect(findOwnContainerId({ cgroup, mountinfo })).toBeUndefined();
  });

  it('finds none in what is neither', () => {
    assert(
      property(string(), string(), (cgroup, mountinfo) => {
        expect(findOwnContainerId({ cgroup, mountinfo })).toBeUndefined();
      }),
    );
  });
});
